import type { Driver, Upstream } from "../drivers/driver.ts";
import type { LimitRule } from "../limits/limit-rule.ts";
import type { LimitConfig } from "../plane/limit-config.ts";
import type { RouteConfig } from "../plane/route-config.ts";
import type { KeyConfig, ModelConfig, ProviderConfig } from "../plane/snapshot.ts";
import type { ProtocolId } from "../wire/neutral/protocol-id.ts";

/** A snapshot made ready to serve from: every look-up a request needs is one map access. */
export interface Plane {
  readonly version: number;
  readonly orgs: ReadonlyMap<string, OrgPlane>;
  /** By the key's digest. */
  readonly keys: ReadonlyMap<string, KeyPlane>;
}

export interface KeyPlane {
  readonly config: KeyConfig;
  readonly org: OrgPlane;
  /** Undefined: all. */
  readonly allowedModels: ReadonlySet<string> | undefined;
  /** The limits that hold for its calls, whatever they call; undefined: none. */
  readonly limits?: readonly LimitRule[] | undefined;
}

export interface OrgPlane {
  readonly id: string;
  readonly defaultModel: string | undefined;
  readonly defaultEmbeddingModel: string | undefined;
  /** How long what calls say is kept, milliseconds; undefined: not at all. */
  readonly contentRetentionMs: number | undefined;
  /** The only hosts that may be called; undefined: all the operator allows. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Whether the org's admins let this host be called. */
  readonly allowsHost: (host: string) => boolean;
  /** By lower-case name. */
  readonly providers: ReadonlyMap<string, ProviderPlane>;
  /** By `provider-name/model-id`, the provider's name in lower case. */
  readonly byQualifiedName: ReadonlyMap<string, Target>;
  /** By the vendor's model id, as those that may answer; best provider first. */
  readonly byWireId: ReadonlyMap<string, readonly Candidate[]>;
  /** By lower-case name. */
  readonly routes: ReadonlyMap<string, RoutePlane>;
  /** Undefined: nothing is limited. */
  readonly limits?: OrgLimits | undefined;
}

/** An org's limits by whom they hold for. */
export interface OrgLimits {
  readonly configs: readonly LimitConfig[];
  readonly org: LimitRule | undefined;
  /** By id. */
  readonly keys: ReadonlyMap<string, LimitRule>;
  readonly agents: ReadonlyMap<string, LimitRule>;
  /** By agent, then by role. */
  readonly agentRoles: ReadonlyMap<string, ReadonlyMap<string, LimitRule>>;
  /** By id; undefined: no provider is limited. */
  readonly providers: ReadonlyMap<string, LimitRule> | undefined;
}

/** A named virtual model, with those of its targets that can be served. */
export interface RoutePlane {
  readonly config: RouteConfig;
  /** In the admin's order; may be empty. */
  readonly candidates: readonly Candidate[];
}

/** One model that may answer a call, with what its route says of it. */
export interface Candidate {
  readonly target: Target;
  /** Share of the calls where the strategy goes by weight; 0: only when the others fail. */
  readonly weight: number;
  /** Set in the request when it goes here; null removes a field. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** As if the client had sent them, too. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** In place of the provider's, milliseconds. */
  readonly timeouts?: { readonly firstByteMs?: number; readonly idleMs?: number } | undefined;
}

export interface ProviderPlane {
  readonly config: ProviderConfig;
  /** Undefined: this build has no such driver. */
  readonly driver: Driver | undefined;
  /** Why the provider cannot be called; undefined when it can. */
  readonly misconfigured: string | undefined;
  /** Whether its org's admins let this host be called. */
  readonly allowsHost: (host: string) => boolean;
  /** What must not leave in any text: the credential's values. */
  secrets(): readonly string[];
  upstream(protocol: ProtocolId): Upstream;
}

/** One model as served by one provider. */
export interface Target {
  readonly provider: ProviderPlane;
  readonly model: ModelConfig;
}
