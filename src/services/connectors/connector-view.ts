import type { Connector } from "../../connectors/connector.ts";

/** A connector as the members of an org see it. */
export interface ConnectorView {
  readonly connector: Connector;
  /** Where an OAuth client must send its users back to; to be registered at the service. */
  readonly redirectUri: string;
  /** Undefined: no OAuth client is configured. */
  readonly client: ConnectorClientView | undefined;
}

/** An org's OAuth client without its secret. */
export interface ConnectorClientView {
  readonly clientId: string;
  /** Undefined: a public client. */
  readonly clientSecret: { readonly fingerprint: string } | undefined;
  readonly scopes: readonly string[];
  /** As set, without defaults. */
  readonly options: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}
