import { PenstockError } from "../../errors/penstock-error.ts";
import { unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { type Candidate, toDriverContext } from "./candidate.ts";
import { type Finding, healthOf, misconfigured, notValidated } from "./health.ts";
import type { WriteMode } from "./provider-input.ts";
import { runCheck } from "./run-check.ts";

/**
 * What is found of a provider if it is saved now; asks the vendor unless the mode says otherwise.
 * Throws `credential_rejected`, `provider_unreachable` or `unprocessable` when it must not be saved.
 */
export async function decideHealth(
  ctx: ServiceContext,
  candidate: Candidate,
  save: { readonly mode: WriteMode; readonly name: string; readonly cleared: readonly string[] },
): Promise<Finding> {
  const { mode, name, cleared } = save;
  if (cleared.length > 0) return misconfigured(`The credential lacks ${cleared.join(", ")}.`, ctx.now());
  const problem = candidate.driver.misconfigured(toDriverContext(candidate));
  if (problem !== undefined) {
    if (mode.validate === false) return misconfigured(problem.message, ctx.now());
    throw unprocessable([problem]);
  }
  if (mode.probed === undefined && mode.validate === false) return notValidated;
  const result = mode.probed ?? (await runCheck(ctx, candidate));
  const reason = result.reason ?? "";
  if (mode.validate !== false) {
    if (result.status === "rejected") {
      throw new PenstockError("credential_rejected", { fields: { provider: name, reason } });
    }
    if (result.status === "unreachable") {
      throw new PenstockError("provider_unreachable", { fields: { provider: name, reason } });
    }
  }
  return healthOf(result, ctx.now());
}
