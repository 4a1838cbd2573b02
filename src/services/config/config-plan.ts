/** What a file would change, in the order it is carried out. Holds no secret, so it may be shown. */
export interface ConfigPlan {
  readonly steps: readonly ConfigStep[];
}

export type StepAction = "create" | "update" | "delete" | "unchanged";
export type StepKind = "org" | "provider" | "model" | "route" | "key" | "limit" | "price";

export interface ConfigStep {
  readonly action: StepAction;
  readonly kind: StepKind;
  readonly org: string;
  /** Provider, route or key name, a limit's subject, a price's `provider/model` or model, `provider/model` for a model, the org's own name for an org. */
  readonly name: string;
  /** Field by field; empty for `delete` and `unchanged`. */
  readonly changes: readonly FieldChange[];
}

export type PlanValue = string | number | boolean | null | readonly string[];

export interface FieldChange {
  /** The file's own name of the field, e.g. `base_url`, `credentials.api_key`, `options.auth_header`. */
  readonly field: string;
  /** Null: absent. A secret shows as `[secret]`. */
  readonly before: PlanValue;
  readonly after: PlanValue;
}

/** The steps that change something. */
export function changesOf(plan: ConfigPlan): readonly ConfigStep[] {
  return plan.steps.filter(({ action }) => action !== "unchanged");
}
