/** An org's OAuth client at a connector's service. Times are milliseconds since the epoch. */
export interface ConnectorClientRecord {
  readonly orgId: string;
  readonly connector: string;
  readonly clientId: string;
  /** The client's secret, encrypted; undefined for a public client. */
  readonly secret: { readonly sealed: string; readonly fingerprint: string } | undefined;
  /** Asked for; undefined: the connector's own. */
  readonly scopes: readonly string[] | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}
