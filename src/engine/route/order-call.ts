import type { Call } from "../call.ts";
import type { Candidate } from "../plane.ts";
import type { RoutedCall } from "../read-call.ts";
import type { TargetViews } from "../targets/target-view.ts";
import { estimateCall } from "./estimate-call.ts";
import { orderCandidates } from "./order-candidates.ts";
import { stickyIdOf } from "./sticky-id.ts";

/** What a call's order hangs on besides the call. */
export interface OrderParts {
  readonly views: TargetViews;
  /** Ticks, milliseconds. */
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The candidates of a call in the order they are to be tried; what the strategy does not ask for is not read. */
export function orderCall(
  call: Pick<Call, "key" | "headers" | "body">,
  routed: Pick<RoutedCall, "scan" | "resolution">,
  parts: OrderParts,
): readonly Candidate[] {
  const { candidates, route } = routed.resolution;
  return orderCandidates(route?.config, candidates, {
    ...parts,
    stickyId: () => stickyIdOf(route?.config.stickyBy ?? "session", call, routed),
    estimate: () => estimateCall(call, routed),
  });
}
