import type { RouteStrategy, RouteTargetConfig, StickyBy } from "../../plane/route-config.ts";
import type { Origin } from "./origin.ts";

/** A named virtual model. Times are milliseconds since the epoch. */
export interface RouteRecord {
  readonly id: string;
  readonly orgId: string;
  /** Unique in the org without case. */
  readonly name: string;
  readonly strategy: RouteStrategy;
  /** Of sticky routes only. */
  readonly stickyBy: StickyBy | undefined;
  /** Undefined: as the process is set. */
  readonly retries: number | undefined;
  /** Milliseconds, of hedged routes only; undefined: the first target's 95th percentile. */
  readonly hedgeAfterMs: number | undefined;
  /** In the order the admin gave. Their models may be disabled or gone. */
  readonly targets: readonly RouteTargetConfig[];
  readonly origin: Origin;
  readonly createdAt: number;
  readonly updatedAt: number;
}
