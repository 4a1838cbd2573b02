import { PenstockError, toPenstockError } from "../../errors/penstock-error.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { ServiceContext } from "../service-context.ts";
import { type Candidate, toDriverContext } from "./candidate.ts";
import { openSecrets } from "./credentials.ts";
import { driverOf } from "./require-provider.ts";

/** A saved provider ready to be called. Throws `provider_misconfigured` when it cannot be. */
export async function loadCandidate(
  ctx: ServiceContext,
  reads: Reads,
  provider: ProviderRecord,
): Promise<Candidate> {
  const candidate: Candidate = {
    driver: driverOf(ctx, provider),
    baseUrl: provider.baseUrl,
    ...(await open(ctx, reads, provider)),
    options: provider.options,
    tokens: ctx.tokenKeepers?.(provider),
  };
  const problem = candidate.driver.misconfigured(toDriverContext(candidate));
  if (problem === undefined) return candidate;
  throw new PenstockError("provider_misconfigured", {
    fields: { provider: provider.name, reason: problem.message },
  });
}

async function open(
  ctx: ServiceContext,
  reads: Reads,
  provider: ProviderRecord,
): Promise<Pick<Candidate, "credential" | "headers">> {
  const records = await reads.credentials.listByProvider(provider.id);
  await ctx.vault.ensure(
    records.map(({ sealed }) => sealed),
    reads.masterKeys,
  );
  try {
    return openSecrets(ctx, provider, records);
  } catch (cause) {
    throw new PenstockError("provider_misconfigured", {
      fields: {
        provider: provider.name,
        reason: "its credential cannot be decrypted with the configured master key",
      },
      cause: toPenstockError(cause),
    });
  }
}
