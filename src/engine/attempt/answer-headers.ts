import { PenstockError } from "../../errors/penstock-error.ts";
import { failureLimits } from "../admit/own-limits.ts";
import type { Outcome } from "../call.ts";
import type { Execution } from "../execution.ts";

/** Says in an answer how it came about: attempts, route, cost where the answer is whole, and where the time went. */
export function withAnswerHeaders({ meter, routed }: Execution, outcome: Outcome): Outcome {
  const { headers } = outcome;
  headers["x-penstock-attempts"] = String(meter.attempts);
  if (routed.resolution.route !== undefined)
    headers["x-penstock-route"] = routed.resolution.route.config.name;
  if (meter.told !== "") {
    meter.tell(undefined);
    headers["x-penstock-attempt-log"] = meter.told;
  }
  if (outcome.kind === "body" && meter.costUsd !== undefined)
    headers["x-penstock-cost"] = costText(meter.costUsd);
  headers["x-penstock-overhead-us"] = meter.overheadText();
  return outcome;
}

/** The same of a failure. Its status and the vendor's own headers stay. */
export function withFailureHeaders(
  { meter, routed, headers }: Execution,
  error: PenstockError,
): PenstockError {
  const { route } = routed.resolution;
  const added: Record<string, string> = { "x-penstock-attempts": String(meter.attempts) };
  for (const name of ["x-penstock-provider", "x-penstock-model"] as const) {
    const value = headers[name];
    if (value !== undefined) added[name] = value;
  }
  if (route !== undefined) added["x-penstock-route"] = route.config.name;
  if (meter.told !== "") added["x-penstock-attempt-log"] = meter.told;
  const { code, fields, status, param, retryAfterMs, problems, facts, cause } = error;
  return new PenstockError(code, {
    fields,
    status,
    problems,
    headers: { ...failureLimits(error.headers, headers), ...added },
    ...(param !== undefined && { param }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(facts !== undefined && { facts }),
    cause,
  });
}

const trailingZeros = /\.?0+$/;

/** USD without an exponent, to the hundred-millionth. */
function costText(usd: number): string {
  return usd.toFixed(8).replace(trailingZeros, "");
}
