import type { JsonSchema } from "../../wire/neutral/request.ts";

/** A number within the schema's bounds, the one nearest to 1. */
export function numberOf(schema: JsonSchema, type: "integer" | "number"): number {
  const step = bound(schema.multipleOf) ?? (type === "integer" ? 1 : undefined);
  const low = bound(schema.minimum) ?? above(bound(schema.exclusiveMinimum), step);
  const high = bound(schema.maximum) ?? below(bound(schema.exclusiveMaximum), step);
  const wanted = Math.min(Math.max(1, low ?? 1), high ?? Math.max(1, low ?? 1));
  if (step === undefined) return wanted;
  const up = Math.ceil(wanted / step) * step;
  return high !== undefined && up > high ? Math.floor(high / step) * step : up;
}

/** Half a step past an exclusive bound, so that rounding to the step leaves it. */
function above(limit: number | undefined, step: number | undefined): number | undefined {
  return limit === undefined ? undefined : limit + (step ?? 1) / 2;
}

function below(limit: number | undefined, step: number | undefined): number | undefined {
  return limit === undefined ? undefined : limit - (step ?? 1) / 2;
}

function bound(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
