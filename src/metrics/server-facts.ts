/** What the rest of the server says of itself when metrics are asked for. */
export interface ServerFacts {
  readonly version: string;
  /** Gateway calls whose last byte is not out yet. */
  readonly inFlight: () => number;
  /** Those of them that are streams. */
  readonly openStreams: () => number;
  readonly ledger: () => {
    readonly queued: number;
    readonly written: number;
    readonly lost: number;
    readonly failures: number;
  };
  readonly snapshot: () => {
    readonly version: number | undefined;
    /** Milliseconds since the epoch. */
    readonly builtAt: number | undefined;
    /** Failed builds since the last good one. */
    readonly failures: number;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether the database answers; resolves within seconds, whatever is the matter. */
  readonly storageUp: () => Promise<boolean>;
  /** Background jobs under way, by kind. */
  readonly jobs: () => Readonly<Record<string, number>>;
  /** Lines of the request log that nobody took in time. */
  readonly logLinesDropped: () => number;
}
