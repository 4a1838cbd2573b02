import { PenstockError } from "../../errors/penstock-error.ts";
import { requireAdmin } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { healthOf, misconfigured } from "./health.ts";
import { loadCandidate } from "./load-candidate.ts";
import type { CheckResult } from "./provider-input.ts";
import type { ProviderView } from "./provider-view.ts";
import { requireProvider } from "./require-provider.ts";
import { runCheck } from "./run-check.ts";
import { toProviderView } from "./to-provider-view.ts";

/** Asks the vendor of a saved provider and records the answer as its status. Throws `provider_misconfigured` after recording that. */
export async function probeProvider(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<{ readonly result: CheckResult; readonly provider: ProviderView }> {
  requireAdmin(ctx, input.orgId);
  const result = await check(ctx, input);
  const provider = await ctx.storage.change(async (writes) => {
    const current = await requireProvider(writes, input);
    const health = healthOf(result, ctx.now());
    await writes.providers.recordHealth(current, {
      ...health,
      lastError: health.lastError ?? current.health.lastError,
    });
    return toProviderView(writes, await requireProvider(writes, input));
  });
  return { result, provider };
}

async function check(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<CheckResult> {
  const provider = await requireProvider(ctx.storage.reads, input);
  try {
    return await runCheck(ctx, await loadCandidate(ctx, ctx.storage.reads, provider));
  } catch (error) {
    if (error instanceof PenstockError && error.code === "provider_misconfigured") {
      await ctx.storage.change(async (writes) => {
        const current = await requireProvider(writes, input);
        await writes.providers.recordHealth(current, misconfigured(error.message, ctx.now()));
      });
    }
    throw error;
  }
}
