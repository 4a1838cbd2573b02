import { requireAdmin } from "../access.ts";
import { candidateTokens } from "../oauth/candidate-tokens.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { toDriverContext } from "./candidate.ts";
import type { CandidateInput, CheckResult } from "./provider-input.ts";
import { candidateSchema } from "./provider-schema.ts";
import { requireAllowedHost } from "./require-allowed-host.ts";
import { requireDriver } from "./require-provider.ts";
import { runCheck } from "./run-check.ts";
import { nothingStored } from "./stored-candidate.ts";
import { validateCandidate } from "./validate-candidate.ts";
import { withAllowedHosts } from "./with-allowed-hosts.ts";

/** Asks the vendor about a candidate and stores nothing. Throws `unprocessable` when its shape is wrong. */
export async function checkProvider(
  ctx: ServiceContext,
  input: CandidateInput & { readonly orgId: string; readonly name?: string | undefined },
): Promise<CheckResult> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(candidateSchema, input);
  const driver = requireDriver(ctx, parsed.driver);
  const { candidate, problems, cleared } = validateCandidate(driver, parsed, nothingStored);
  if (problems.length > 0) throw unprocessable(problems);
  if (cleared.length > 0)
    throw unprocessable(cleared.map((name) => ({ path: `/credentials/${name}`, message: "is required" })));
  const problem = driver.misconfigured(toDriverContext(candidate));
  if (problem !== undefined) throw unprocessable([problem]);
  const { orgId } = parsed;
  await requireAllowedHost(ctx.storage.reads, { orgId, candidate });
  const asking = await withAllowedHosts(ctx, orgId);
  return runCheck(asking, { ...candidate, tokens: candidateTokens(ctx) });
}
