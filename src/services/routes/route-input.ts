import type { RouteStrategy, StickyBy } from "../../plane/route-config.ts";
import type { TimeoutInput } from "../providers/provider-input.ts";

export interface RouteTargetInput {
  /** `model_…`, or `provider-name/model-id`. */
  readonly model: string;
  /** 0 to 1,000,000; 1 by default. */
  readonly weight?: number | undefined;
  /** Top-level fields that are set in the request; null removes one. */
  readonly parameters?: Readonly<Record<string, unknown>> | null | undefined;
  readonly timeouts?: TimeoutInput | undefined;
}

export interface CreateRouteInput {
  readonly orgId: string;
  readonly name: string;
  readonly strategy: RouteStrategy;
  /** Sticky routes only; `session` by default. */
  readonly stickyBy?: StickyBy | null | undefined;
  /** 0 to 10; null: as the server is set. */
  readonly retries?: number | null | undefined;
  /** Hedged routes only, milliseconds; null: the first target's 95th percentile. */
  readonly hedgeAfterMs?: number | null | undefined;
  readonly targets: readonly RouteTargetInput[];
}

/** A field left out is kept; `targets` replaces all of them. */
export type UpdateRouteInput = Pick<CreateRouteInput, "orgId" | "stickyBy" | "retries" | "hedgeAfterMs"> & {
  readonly [Field in "name" | "strategy" | "targets"]?: CreateRouteInput[Field] | undefined;
} & { readonly routeId: string };
