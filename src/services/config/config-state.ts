import type { DisconnectPolicy, KeyScope } from "../../plane/snapshot.ts";
import type { Origin } from "../../storage/records/origin.ts";

/** What a file declares, made comparable with the database: defaults filled in, secrets as fingerprints. */
export interface DesiredOrg {
  readonly name: string;
  /** Undefined: the file does not manage it. */
  readonly defaultModel: string | undefined;
  readonly providers: readonly (ProviderState & { readonly models: readonly string[] })[];
  readonly keys: readonly KeyState[];
}

export interface ProviderState {
  readonly name: string;
  readonly driver: string;
  readonly baseUrl: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly enabled: boolean;
  readonly priority: number;
  /** Fingerprint by credential field. */
  readonly credentials: Readonly<Record<string, string>>;
}

export interface KeyState {
  readonly name: string;
  /** Undefined: any value will do (the key is generated). */
  readonly digest: string | undefined;
  readonly scopes: readonly KeyScope[];
  readonly allowedModels: readonly string[] | undefined;
  readonly strict: boolean;
  readonly onDisconnect: DisconnectPolicy;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
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
  /** Keys that are not revoked. */
  readonly keys: readonly (KeyState & { readonly origin: Origin })[];
}

export interface CurrentModel {
  readonly wireId: string;
  readonly enabled: boolean;
  readonly origin: Origin;
  /** Found by discovery: a file may take it over, since nobody decided on it. */
  readonly discovered: boolean;
}
