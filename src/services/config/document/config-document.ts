import type { LimitSubject } from "../../../plane/limit-config.ts";
import type { RouteStrategy, StickyBy } from "../../../plane/route-config.ts";
import type { DisconnectPolicy, KeyScope, PriceTier } from "../../../plane/snapshot.ts";

/** A place in the file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a secret's value comes from. The file itself never holds one. */
export interface SecretReference {
  readonly kind: "env" | "file";
  /** Variable name, or a path relative to the configuration file's folder. */
  readonly name: string;
  readonly pointer: string;
}

export interface ConfigProvider {
  /** JSON pointer into the file; see `ConfigDocument.positions`. */
  readonly pointer: string;
  readonly name: string;
  readonly driver: string;
  readonly baseUrl: string | undefined;
  readonly credentials: Readonly<Record<string, SecretReference>>;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Of calls, besides the driver's own; names as the file writes them. */
  readonly headers: Readonly<Record<string, SecretReference>>;
  /** Milliseconds. */
  readonly timeouts: ConfigTimeouts;
  /** The vendor's ids of the models to enable. */
  readonly models: readonly string[];
  /** Ask the vendor for its models when the provider is created. */
  readonly discover: boolean;
  /** False: save although the vendor cannot be asked yet. */
  readonly validate: boolean;
  readonly enabled: boolean;
  /** Lower is tried first; undefined: the server's default. */
  readonly priority: number | undefined;
  readonly quotaGroup: string | undefined;
}

/** Milliseconds; absent: as the process is set. */
export interface ConfigTimeouts {
  readonly firstByteMs?: number;
  readonly idleMs?: number;
  readonly connectMs?: number;
}

export interface ConfigLimit {
  readonly pointer: string;
  /** The subject as the file names it: `org`, `provider/NAME`, `key/NAME`, `agent/NAME`, `agent/NAME/ROLE`. */
  readonly name: string;
  readonly subject: ConfigSubject;
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
  readonly concurrency: number | undefined;
  /** USD. */
  readonly dayUsd: number | undefined;
  readonly monthUsd: number | undefined;
  readonly allowUnpriced: boolean;
}

/** Like `LimitSubject`, with names where that has ids. */
export type ConfigSubject =
  | Exclude<LimitSubject, { readonly kind: "provider" | "key" }>
  | { readonly kind: "provider" | "key"; readonly name: string };

export interface ConfigPrice {
  readonly pointer: string;
  /** The model, with its provider before it where it names one. */
  readonly name: string;
  readonly model: string;
  readonly provider: string | undefined;
  /** The first is for any request. */
  readonly tiers: readonly ConfigPriceTier[];
}

/** USD per million tokens. */
export type ConfigPriceTier = PriceTier;

export interface ConfigRoute {
  readonly pointer: string;
  readonly name: string;
  readonly strategy: RouteStrategy;
  readonly stickyBy: StickyBy | undefined;
  readonly retries: number | undefined;
  /** Milliseconds. */
  readonly hedgeAfterMs: number | undefined;
  readonly targets: readonly ConfigRouteTarget[];
}

export interface ConfigRouteTarget {
  /** `provider-name/model-id` */
  readonly model: string;
  readonly weight: number;
  readonly parameters: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds. */
  readonly timeouts: { readonly firstByteMs?: number; readonly idleMs?: number };
}

export interface ConfigKey {
  readonly pointer: string;
  readonly name: string;
  /** Undefined: generated, and shown once. */
  readonly value: SecretReference | undefined;
  readonly scopes: readonly KeyScope[];
  readonly allowedModels: readonly string[] | undefined;
  readonly strict: boolean;
  readonly onDisconnect: DisconnectPolicy;
  readonly agent: string | undefined;
  readonly agentRole: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
}

export interface ConfigOrg {
  readonly pointer: string;
  readonly name: string;
  /** Undefined: the file does not manage it. */
  readonly defaultModel: string | undefined;
  readonly providers: readonly ConfigProvider[];
  readonly routes: readonly ConfigRoute[];
  readonly keys: readonly ConfigKey[];
  readonly limits: readonly ConfigLimit[];
  readonly prices: readonly ConfigPrice[];
}

/** A configuration file whose form is right. Whether drivers and models exist is checked later, against the database. */
export interface ConfigDocument {
  /** Base name of the file; the owner of what it declares is `file:<name>`. */
  readonly file: string;
  readonly orgs: readonly ConfigOrg[];
  /** Position of every value by JSON pointer, for problems found after parsing. */
  readonly positions: ReadonlyMap<string, Position>;
}

/** All references of the document, in the order they stand in it. */
export function referencesOf(document: ConfigDocument): readonly SecretReference[] {
  return document.orgs.flatMap((org) => [
    ...org.providers.flatMap(({ credentials, headers }) => [
      ...Object.values(credentials),
      ...Object.values(headers),
    ]),
    ...org.keys.flatMap((key) => (key.value ? [key.value] : [])),
  ]);
}

/** How a reference is named in the map of resolved values: `env:NAME` or `file:path`. */
export function referenceId(reference: SecretReference): string {
  return `${reference.kind}:${reference.name}`;
}
