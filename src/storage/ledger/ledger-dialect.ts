/** What the ledger's queries say differently on each engine. */
export interface LedgerDialect {
  /** A text in the order of its bytes, whatever the database's locale. */
  readonly inBytes: (column: string) => string;
  /** The first millisecond (UTC) of the month of `hour`. */
  readonly month: string;
}

export const sqliteLedgerDialect: LedgerDialect = {
  inBytes: (column) => column,
  month: "cast(strftime('%s', hour / 1000, 'unixepoch', 'start of month') as integer) * 1000",
};

export const postgresLedgerDialect: LedgerDialect = {
  inBytes: (column) => `${column} collate "C"`,
  month:
    "(extract(epoch from date_trunc('month', to_timestamp(hour / 1000) at time zone 'UTC') at time zone 'UTC') * 1000)::bigint",
};
