/** How a route orders its targets for one call. */
export const routeStrategies = [
  "single",
  "ordered",
  "weighted",
  "least-latency",
  "least-busy",
  "cheapest",
  "sticky",
  "hedged",
] as const;
/** One of these. */
export type RouteStrategy = (typeof routeStrategies)[number];

/** What a sticky route keeps together: a conversation, a key's calls, or what the caller says in `x-penstock-sticky`. */
export const stickyBy = ["session", "key", "header"] as const;
/** One of these. */
export type StickyBy = (typeof stickyBy)[number];

/** A named virtual model: callers name it as they would name a model. */
export interface RouteConfig {
  readonly id: string;
  /** Unique in the org without case. */
  readonly name: string;
  readonly strategy: RouteStrategy;
  readonly stickyBy?: StickyBy;
  /** How often one target is tried again after a failure that may pass; the engine's default when absent. */
  readonly retries?: number;
  /** Milliseconds until a hedged route asks a second target; absent: the first one's 95th percentile. */
  readonly hedgeAfterMs?: number;
  /** In the order the admin gave; the models of some may be out of use. */
  readonly targets: readonly RouteTargetConfig[];
}

/** One model of a route, with what the route says of it. */
export interface RouteTargetConfig {
  /** `model_…` */
  readonly modelId: string;
  /** Share of the calls where the strategy goes by weight; 0: only when the others fail. */
  readonly weight: number;
  /** Set in the request when it goes here: top-level fields of the client's protocol; null removes one. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** In place of the provider's, milliseconds. */
  readonly timeouts?: { readonly firstByteMs?: number; readonly idleMs?: number };
}
