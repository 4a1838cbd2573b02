import type { ModelTraits } from "../wire/neutral/model-traits.ts";
import type { LimitConfig } from "./limit-config.ts";
import type { RouteConfig } from "./route-config.ts";

/** The configuration the data plane serves from: one immutable value of one version, swapped whole. */
export interface Snapshot {
  /** Rises with every change of any org. */
  readonly version: number;
  readonly orgs: readonly OrgConfig[];
}

/** One tenant: nothing in it is visible to another. */
export interface OrgConfig {
  readonly id: string;
  readonly name: string;
  /** What a request without a model gets: any name resolution understands. */
  readonly defaultModel: string | undefined;
  /** The same for embeddings. */
  readonly defaultEmbeddingModel?: string | undefined;
  /** How long what calls say and are answered is kept, milliseconds; undefined: not at all. */
  readonly contentRetentionMs?: number | undefined;
  /** The only hosts that may be called for the org; undefined: all the operator allows. */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly providers: readonly ProviderConfig[];
  readonly keys: readonly KeyConfig[];
  readonly routes?: readonly RouteConfig[];
  /** At most one a subject. */
  readonly limits?: readonly LimitConfig[];
}

/** One of an org's accounts at a vendor, ready to be called. */
export interface ProviderConfig {
  readonly id: string;
  /** Unique in the org without case. */
  readonly name: string;
  readonly driver: string;
  readonly baseUrl: string;
  /** Decrypted values that print as `[secret]`; undefined when they cannot be decrypted. */
  readonly credential: Readonly<Record<string, RevealedSecret>> | undefined;
  /** Headers that calls carry besides the driver's own, in lower case. */
  readonly headers?: Readonly<Record<string, RevealedSecret>>;
  /** How long this vendor may be silent, and be connected to, in milliseconds, where it differs from the process's settings. */
  readonly timeouts?: {
    readonly firstByteMs?: number;
    readonly idleMs?: number;
    readonly connectMs?: number;
  };
  readonly options: Readonly<Record<string, string | boolean | number>>;
  readonly status: ProviderStatus;
  /** Lower is tried first when several providers serve the same model id. */
  readonly priority: number;
  /** Providers with the same word here share a quota at their vendor: what exhausts one exhausts all. */
  readonly quotaGroup?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Enabled models only. */
  readonly models: readonly ModelConfig[];
}

/** Structural twin of `secrets/Secret`, which this folder may not import. */
export interface RevealedSecret {
  reveal(): string;
}

/** `unavailable`: unreachable or credential refused; `failed`: its configuration is wrong; `pending`: never probed. */
export type ProviderStatus = "pending" | "available" | "unavailable" | "failed";

/** One model as one provider serves it. */
export interface ModelConfig {
  readonly id: string;
  /** The id the vendor knows. */
  readonly wireId: string;
  readonly kind: "chat" | "embedding" | "other";
  readonly displayName: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly traits: ModelTraits;
  /** Tokens. */
  readonly contextTokens: number | undefined;
  readonly prices: readonly PriceTier[];
  /** Who says the prices: the org itself, the catalog, or the vendor's own list where neither has any. */
  readonly priceSource?: "override" | "catalog" | "vendor" | undefined;
  /** Which version of those prices. */
  readonly priceVersion?: string | undefined;
  /** Prices that take the place of these later, in the order they do; absent: none are known of. */
  readonly laterPrices?: readonly LaterPrices[] | undefined;
}

/** Prices of a model that take effect at a time to come. */
export interface LaterPrices {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly prices: readonly PriceTier[];
  readonly priceVersion: string;
}

/** USD per million tokens, for requests whose total input exceeds `aboveInputTokens`; the highest matching tier prices all. */
export interface PriceTier {
  readonly aboveInputTokens: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number | undefined;
  readonly cacheWrite5m: number | undefined;
  readonly cacheWrite1h: number | undefined;
  readonly inputAudio: number | undefined;
  readonly outputAudio: number | undefined;
  /** The vendor's tier these hold for, e.g. `flex`, `priority`, `batch`; absent: the standard one. */
  readonly serviceTier?: string | undefined;
}

/**
 * `gateway`: may call models; `read`: may see the org through the REST API; `admin`: may change it, too; `operator`: may
 * make organizations and re-wrap the stored secrets.
 */
export const keyScopes = ["gateway", "read", "admin", "operator"] as const;
/** One of these. */
export type KeyScope = (typeof keyScopes)[number];

/**
 * What becomes of a call whose client leaves: it is cancelled; it runs to its end and is billed (`drain`); or its answer is kept,
 * too, for a retry with the same `idempotency-key` (`keep`).
 */
export const disconnectPolicies = ["cancel", "drain", "keep"] as const;
/** One of these. */
export type DisconnectPolicy = (typeof disconnectPolicies)[number];

/** One virtual API key; the key itself is known to its holder only. */
export interface KeyConfig {
  readonly id: string;
  readonly name: string;
  /** HMAC-SHA-256 of the whole key under the instance's pepper, lower-case hex. */
  readonly digest: string;
  /** `url`: works as a path token only; `header`: never in a path. */
  readonly carrier: "header" | "url";
  readonly scopes: readonly KeyScope[];
  /** Model names this key may use; undefined: all. */
  readonly allowedModels: readonly string[] | undefined;
  /** Refuse every lossy translation, as if `x-penstock-strict: true` were always sent. */
  readonly strict: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** The agent that calls with it, and in which of its roles. */
  readonly agent?: string | undefined;
  readonly agentRole?: string | undefined;
  /** Absent: `cancel`. */
  readonly onDisconnect?: DisconnectPolicy | undefined;
  /** The value before a rotation, for as long as its grace lasts. */
  readonly previous?: { readonly digest: string; readonly expiresAt: number };
}
