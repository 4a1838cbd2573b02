import type { RouteStrategy, RouteTargetConfig, StickyBy } from "../../plane/route-config.ts";
import type { DisconnectPolicy, KeyScope, PriceTier } from "../../plane/snapshot.ts";
import type { LimitNumbers } from "../../storage/records/limit-record.ts";
import type { Origin } from "../../storage/records/origin.ts";
import type { ProviderTimeouts } from "../../storage/records/provider-record.ts";

/** What a file declares, made comparable with the database: defaults filled in, secrets as fingerprints. */
export interface DesiredOrg {
  readonly name: string;
  /** Undefined: the file does not manage it. */
  readonly defaultModel: string | undefined;
  readonly providers: readonly (ProviderState & { readonly models: readonly string[] })[];
  readonly routes: readonly RouteState[];
  readonly keys: readonly KeyState[];
  readonly limits: readonly LimitState[];
  readonly prices: readonly PriceState[];
}

export interface ProviderState {
  readonly name: string;
  readonly driver: string;
  readonly baseUrl: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly enabled: boolean;
  readonly priority: number;
  readonly quotaGroup: string | undefined;
  /** Fingerprint by credential field. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Fingerprint by the header's name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeouts: ProviderTimeouts;
}

export interface KeyState {
  readonly name: string;
  /** Undefined: any value will do (the key is generated). */
  readonly digest: string | undefined;
  readonly scopes: readonly KeyScope[];
  readonly allowedModels: readonly string[] | undefined;
  readonly strict: boolean;
  readonly onDisconnect: DisconnectPolicy;
  readonly agent: string | undefined;
  readonly agentRole: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
}

export interface LimitState extends LimitNumbers {
  /** Its subject as files name it; the id of a provider or key that is gone. */
  readonly name: string;
  readonly allowUnpriced: boolean;
}

export interface PriceState {
  /** `provider/model`, or the model alone where the price is for every provider. */
  readonly name: string;
  /** The provider's name; the id of one that is gone. */
  readonly provider: string | undefined;
  readonly tiers: readonly PriceTier[];
}

export interface RouteState {
  readonly name: string;
  readonly strategy: RouteStrategy;
  readonly stickyBy: StickyBy | undefined;
  readonly retries: number | undefined;
  readonly hedgeAfterMs: number | undefined;
  /** `model`: `provider/model`, the provider in lower case; the id of one that is gone. */
  readonly targets: readonly (Omit<RouteTargetConfig, "modelId"> & { readonly model: string })[];
}

/** The database's side of the comparison. */
export interface CurrentOrg {
  readonly name: string;
  readonly defaultModel: string | undefined;
  readonly defaultModelOrigin: Origin | "elected" | undefined;
  readonly providers: readonly (ProviderState & {
    readonly origin: Origin;
    readonly models: readonly CurrentModel[];
  })[];
  readonly routes: readonly (RouteState & { readonly origin: Origin })[];
  /** Keys that are not revoked. */
  readonly keys: readonly (KeyState & { readonly origin: Origin })[];
  readonly limits: readonly (LimitState & { readonly origin: Origin })[];
  readonly prices: readonly (PriceState & { readonly origin: Origin })[];
}

export interface CurrentModel {
  readonly wireId: string;
  readonly enabled: boolean;
  readonly origin: Origin;
  /** Found by discovery: a file may take it over, since nobody decided on it. */
  readonly discovered: boolean;
}
