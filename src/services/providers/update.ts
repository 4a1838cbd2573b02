import { PenstockError } from "../../errors/penstock-error.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ProviderChange } from "../../storage/repositories/provider-repository.ts";
import { requireAdmin } from "../access.ts";
import { requireOrigin } from "../origin.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import type { Candidate } from "./candidate.ts";
import { saveCredential } from "./credentials.ts";
import { decideHealth } from "./decide-health.ts";
import { declareModels } from "./declare-models.ts";
import { differs } from "./differs.ts";
import { discoverAfterSave } from "./discover-after-save.ts";
import { loadStored } from "./load-stored.ts";
import { movedSecrets } from "./moved-secrets.ts";
import type { UpdateProviderInput } from "./provider-input.ts";
import { updateSchema } from "./provider-schema.ts";
import type { ProviderView } from "./provider-view.ts";
import { requireFreeName } from "./require-free-name.ts";
import { driverOf, requireProvider } from "./require-provider.ts";
import { toProviderView } from "./to-provider-view.ts";
import { validateCandidate } from "./validate-candidate.ts";

/**
 * Changes a provider. The vendor is asked only when its endpoint, credential or options change. Throws as
 * `createProvider` does, `origin_conflict` when a file manages it, and `conflict` when it changed meanwhile.
 */
export async function updateProvider(ctx: ServiceContext, input: UpdateProviderInput): Promise<ProviderView> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(updateSchema, input);
  const provider = await requireProvider(ctx.storage.reads, parsed);
  requireOrigin(ctx, { what: `provider \`${provider.name}\``, origin: provider.origin });
  const stored = await loadStored(ctx, provider);
  const driver = driverOf(ctx, provider);
  const { candidate, problems, cleared } = validateCandidate(driver, parsed, stored);
  const moved = movedSecrets(ctx.actor, { stored, candidate, sent: parsed.credentials ?? {} });
  if (problems.length + moved.length > 0) throw unprocessable([...problems, ...moved]);
  if (parsed.name !== undefined) {
    await requireFreeName(ctx.storage.reads, { orgId: provider.orgId, name: parsed.name, id: provider.id });
  }
  const called = differs(candidate, { ...stored, driver, baseUrl: provider.baseUrl });
  const asked = called || parsed.validate === true || parsed.probed !== undefined;
  const save = { mode: parsed, name: parsed.name ?? provider.name, cleared };
  const health = asked ? await decideHealth(ctx, candidate, save) : undefined;
  const change = changeOf(parsed, { provider, candidate, health });
  await ctx.storage.change(async (writes) => {
    const current = await requireProvider(writes, parsed);
    if (current.updatedAt !== provider.updatedAt) throw changedMeanwhile(provider);
    if (change.name !== undefined) {
      await requireFreeName(writes, { orgId: provider.orgId, name: change.name, id: provider.id });
    }
    await saveCredential(ctx, writes, { provider, before: stored.credential, after: candidate.credential });
    if (Object.keys(change).length > 0) {
      await writes.providers.update(provider, { ...change, at: Math.max(ctx.now(), provider.updatedAt + 1) });
    }
    if (parsed.models !== undefined) await declareModels(ctx, writes, { provider, wireIds: parsed.models });
  });
  const { reads } = ctx.storage;
  if (parsed.discover === true) await discoverAfterSave(ctx, await requireProvider(reads, parsed));
  return toProviderView(reads, await requireProvider(reads, parsed));
}

/** Only what differs from the saved provider, so that a repeated update writes nothing. */
function changeOf(
  parsed: Pick<UpdateProviderInput, "name" | "enabled" | "priority">,
  to: {
    readonly provider: ProviderRecord;
    readonly candidate: Candidate;
    readonly health: ProviderRecord["health"] | undefined;
  },
): ProviderChange {
  const { provider, candidate, health } = to;
  const { name, enabled, priority } = parsed;
  return {
    ...(name === undefined || name === provider.name ? {} : { name }),
    ...(enabled === undefined || enabled === provider.enabled ? {} : { enabled }),
    ...(priority === undefined || priority === provider.priority ? {} : { priority }),
    ...(candidate.baseUrl === provider.baseUrl ? {} : { baseUrl: candidate.baseUrl }),
    ...(Bun.deepEquals(candidate.options, provider.options) ? {} : { options: candidate.options }),
    ...(health === undefined ? {} : { health }),
  };
}

function changedMeanwhile(provider: ProviderRecord): PenstockError {
  return new PenstockError("conflict", {
    fields: { reason: `The provider \`${provider.name}\` was changed by somebody else meanwhile.` },
  });
}
