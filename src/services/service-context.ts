import type { ModelProfile } from "../catalog/model-profile.ts";
import type { TokenKeepers } from "../drivers/auth/token-keeper.ts";
import type { Driver, DriverFetch } from "../drivers/driver.ts";
import type { LimitStore } from "../limits/limit-store.ts";
import type { IdPrefix } from "../plane/public-id.ts";
import type { Vault } from "../secrets/vault.ts";
import type { Storage } from "../storage/storage.ts";
import type { Actor } from "./actor.ts";
import type { OidcSettings } from "./identity/oidc-settings.ts";
import type { Precondition } from "./precondition.ts";
import type { ProviderTiming } from "./providers/timing.ts";

/** Everything a service needs. The composition root makes one; `withActor` derives one per caller. */
export interface ServiceContext {
  readonly storage: Storage;
  readonly vault: Vault;
  readonly drivers: ReadonlyMap<string, Driver>;
  /** Enforces the egress policy. */
  readonly driverFetch: DriverFetch;
  /** Where tokens of providers are kept that change by themselves; absent: in memory. */
  readonly tokenKeepers?: TokenKeepers;
  /** The catalog's facts of a model; undefined when it does not know it. */
  readonly profileOf: (driver: string, wireId: string) => ModelProfile | undefined;
  /** How people and clients reach this server, without a slash at the end; `https:` makes cookies secure. */
  readonly publicUrl: string;
  /** The OIDC server people may sign in by; absent: none. */
  readonly oidc?: OidcSettings | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: (prefix: IdPrefix) => string;
  readonly actor: Actor;
  /** What the request presumes of what it changes; `requireRevision` looks whether it holds. Absent: nothing. */
  readonly precondition?: Precondition;
  /** The request that the actor sent, for the audit log; undefined for what the server does by itself. */
  readonly caller?: Caller;
  /** For the operator; never gets a secret. */
  readonly log: (entry: ServiceLogEntry) => void;
  /** How often vendors are asked by themselves; the defaults when absent. */
  readonly timing?: ProviderTiming;
  /** Where limits are counted; absent where nothing is served. */
  readonly limits?: Pick<LimitStore, "peek">;
  /** Makes queued usage records readable; absent where no ledger writer runs. */
  readonly flushLedger?: () => Promise<void>;
  /** The same for contents of requests. */
  readonly flushContents?: () => Promise<void>;
  /** Remembers that a key was used, at a time in milliseconds since the epoch; absent where nobody writes that down. */
  readonly noteKeyUse?: (keyId: string, at: number) => void;
}

/** Where an act came from. */
export interface Caller {
  readonly requestId: string;
  /** The client's IP address as far as the server can tell. */
  readonly address: string | undefined;
}

export interface ServiceLogEntry {
  readonly level: "info" | "warn" | "error";
  /** snake_case, e.g. `discovery_failed`. */
  readonly event: string;
  readonly fields: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly cause?: unknown;
}

/** The same services on behalf of `actor`. */
export function withActor(ctx: ServiceContext, actor: Actor, caller?: Caller): ServiceContext {
  return { ...ctx, actor, ...(caller !== undefined && { caller }) };
}
