import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { candidateTokens, saveCandidateTokens } from "../oauth/candidate-tokens.ts";
import { originOf } from "../origin.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import { requireNoRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { saveSecrets } from "./credentials.ts";
import { decideHealth } from "./decide-health.ts";
import { declareModels } from "./declare-models.ts";
import { discoverAfterSave } from "./discover-after-save.ts";
import { mergeTimeouts } from "./merge-timeouts.ts";
import { nextHealth } from "./next-health.ts";
import { firstSchedule } from "./next-schedule.ts";
import { providerTarget, readProviderFields } from "./provider-act.ts";
import type { CreateProviderInput } from "./provider-input.ts";
import { createSchema } from "./provider-schema.ts";
import type { ProviderView } from "./provider-view.ts";
import { requireAllowedHost } from "./require-allowed-host.ts";
import { requireFreeName } from "./require-free-name.ts";
import { requireDriver, requireProvider } from "./require-provider.ts";
import { nothingStored } from "./stored-candidate.ts";
import { toProviderView } from "./to-provider-view.ts";
import { validateCandidate } from "./validate-candidate.ts";
import { withAllowedHosts } from "./with-allowed-hosts.ts";

/**
 * Saves a provider after its vendor has accepted it. Throws `unprocessable` (all problems), `conflict` (name taken),
 * `credential_rejected`, `provider_unreachable`; then nothing was saved. A failing discovery is kept on the provider.
 */
export async function createProvider(ctx: ServiceContext, input: CreateProviderInput): Promise<ProviderView> {
  requireAdmin(ctx, input.orgId);
  const { orgId, ...parsed } = parseInput(createSchema, input);
  requireNoRevision(ctx, `The provider \`${parsed.name}\``);
  const driver = requireDriver(ctx, parsed.driver);
  const { candidate: checked, problems, cleared } = validateCandidate(driver, parsed, nothingStored);
  if (problems.length > 0 || cleared.length > 0) {
    const missing = cleared.map((name) => ({ path: `/credentials/${name}`, message: "is required" }));
    throw unprocessable([...problems, ...missing]);
  }
  const candidate = { ...checked, tokens: candidateTokens(ctx) };
  await requireAllowedHost(ctx.storage.reads, { orgId, candidate });
  await requireFreeName(ctx.storage.reads, { orgId, name: parsed.name });
  const asking = await withAllowedHosts(ctx, orgId);
  const finding = await decideHealth(asking, candidate, { mode: parsed, name: parsed.name, cleared });
  const at = ctx.now();
  const health = nextHealth(undefined, finding, { at });
  const provider: ProviderRecord = {
    id: ctx.newId("prov"),
    orgId,
    name: parsed.name,
    driver: driver.id,
    baseUrl: candidate.baseUrl,
    options: candidate.options,
    enabled: parsed.enabled ?? true,
    priority: parsed.priority ?? 100,
    health,
    schedule: firstSchedule(ctx, { driver, health, discover: parsed.discover }),
    timeouts: mergeTimeouts(parsed.timeouts ?? {}, {}),
    quotaGroup: parsed.quotaGroup ?? undefined,
    origin: originOf(ctx.actor),
    createdAt: at,
    updatedAt: at,
  };
  await ctx.storage.change(async (writes) => {
    await requireOrg(writes, orgId);
    await requireFreeName(writes, provider);
    await writes.providers.insert(provider);
    await saveSecrets(ctx, writes, { provider, before: nothingStored, after: candidate });
    await saveCandidateTokens(ctx, writes, { provider, before: {}, after: candidate.credential });
    await declareModels(ctx, writes, { provider, wireIds: parsed.models ?? [] });
    const after = await readProviderFields(writes, provider);
    await recordAct(ctx, writes, { ...providerTarget(provider), action: "provider.create", after });
  });
  if (parsed.discover ?? health.status === "available") await discoverAfterSave(ctx, provider);
  const { reads } = ctx.storage;
  return toProviderView(ctx, reads, await requireProvider(reads, { orgId, providerId: provider.id }));
}
