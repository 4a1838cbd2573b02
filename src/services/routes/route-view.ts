import type { RouteTargetConfig } from "../../plane/route-config.ts";
import type { ModelKind } from "../../storage/records/model-record.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";

/** A route as callers see it. */
export interface RouteView extends Omit<RouteRecord, "targets"> {
  /** What its targets are models for; undefined when all are gone. */
  readonly kind: ModelKind | undefined;
  readonly targets: readonly RouteTargetView[];
}

export interface RouteTargetView extends RouteTargetConfig {
  /** `provider-name/model-id`; undefined when the model is gone. */
  readonly model: string | undefined;
  /** Only what is `served` is called; the rest is passed over. */
  readonly state: "served" | "disabled" | "gone";
}
