import type { ProviderHealth, ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ProviderChange } from "../../storage/repositories/provider-repository.ts";
import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { carryRename } from "../bindings/carry-rename.ts";
import { laterThan } from "../later-than.ts";
import { saveCandidateTokens, tokensOfChange } from "../oauth/candidate-tokens.ts";
import { requireOrigin } from "../origin.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import type { Candidate } from "./candidate.ts";
import { changedMeanwhile } from "./changed-meanwhile.ts";
import { saveSecrets } from "./credentials.ts";
import { decideHealth } from "./decide-health.ts";
import { declareModels } from "./declare-models.ts";
import { differs } from "./differs.ts";
import { discoverAfterSave } from "./discover-after-save.ts";
import { loadStored } from "./load-stored.ts";
import { mergeTimeouts } from "./merge-timeouts.ts";
import { movedSecrets } from "./moved-secrets.ts";
import { nextHealth } from "./next-health.ts";
import { scheduleProbe } from "./next-schedule.ts";
import { providerTarget, readProviderFields } from "./provider-act.ts";
import type { UpdateProviderInput } from "./provider-input.ts";
import { updateSchema } from "./provider-schema.ts";
import type { ProviderView } from "./provider-view.ts";
import { releaseProvider } from "./release-provider.ts";
import { requireAllowedHost } from "./require-allowed-host.ts";
import { requireFreeName } from "./require-free-name.ts";
import { driverOf, requireProvider } from "./require-provider.ts";
import { toProviderView } from "./to-provider-view.ts";
import { validateCandidate } from "./validate-candidate.ts";
import { withAllowedHosts } from "./with-allowed-hosts.ts";

/**
 * Changes a provider. The vendor is asked only when its endpoint, credential or options change. Throws as
 * `createProvider` does, `origin_conflict` when a file manages it, `in_use` as `disableProvider` does, and `conflict` when it changed meanwhile.
 */
export async function updateProvider(ctx: ServiceContext, input: UpdateProviderInput): Promise<ProviderView> {
  requireAdmin(ctx, input.orgId);
  const { mode, ...fields } = input;
  const parsed = parseInput(updateSchema, fields);
  const provider = await requireProvider(ctx.storage.reads, parsed);
  requireOrigin(ctx, { what: `provider \`${provider.name}\``, origin: provider.origin });
  // Before the vendor is asked; what holds now holds in the transaction, or `changedMeanwhile` says so.
  requireRevision(ctx, { what: `The provider \`${provider.name}\``, updatedAt: provider.updatedAt });
  const stored = await loadStored(ctx, provider);
  const driver = driverOf(ctx, provider);
  const { candidate: checked, problems, cleared } = validateCandidate(driver, parsed, stored);
  const tokens = tokensOfChange(ctx, { provider, before: stored.credential });
  const candidate = { ...checked, tokens };
  const sent = { credentials: parsed.credentials ?? {}, headers: parsed.headers ?? {} };
  const moved = movedSecrets(ctx.actor, { stored, candidate, sent });
  if (problems.length + moved.length > 0) throw unprocessable([...problems, ...moved]);
  await requireAllowedHost(ctx.storage.reads, { orgId: provider.orgId, candidate });
  if (parsed.name !== undefined) {
    await requireFreeName(ctx.storage.reads, { orgId: provider.orgId, name: parsed.name, id: provider.id });
  }
  const called = differs(candidate, { ...stored, driver, baseUrl: provider.baseUrl });
  const asked = called || parsed.validate === true || parsed.probed !== undefined;
  const save = { mode: parsed, name: parsed.name ?? provider.name, cleared };
  const asking = await withAllowedHosts(ctx, provider.orgId);
  const finding = asked ? await decideHealth(asking, candidate, save) : undefined;
  const health = finding && nextHealth(provider.health, finding, { at: ctx.now() });
  const change = {
    ...changeOf(parsed, { provider, candidate, health }),
    ...scheduleOf(ctx, parsed, { provider, candidate, health, called }),
  };
  await ctx.storage.change(async (writes) => {
    const current = await requireProvider(writes, parsed);
    requireRevision(ctx, { what: `The provider \`${provider.name}\``, updatedAt: current.updatedAt });
    if (current.updatedAt !== provider.updatedAt) throw changedMeanwhile(provider);
    if (change.name !== undefined) {
      await requireFreeName(writes, { orgId: provider.orgId, name: change.name, id: provider.id });
      await carryRename(ctx, writes, { provider: current, name: change.name });
    }
    const before = await readProviderFields(writes, current);
    if (change.enabled === false) await releaseProvider(ctx, writes, { provider: current, mode });
    await saveSecrets(ctx, writes, { provider, before: stored, after: candidate });
    await saveCandidateTokens(ctx, writes, {
      provider,
      before: stored.credential,
      after: candidate.credential,
    });
    if (Object.keys(change).length > 0) {
      await writes.providers.update(provider, { ...change, at: laterThan(provider.updatedAt, ctx.now()) });
    }
    if (parsed.models !== undefined) await declareModels(ctx, writes, { provider, wireIds: parsed.models });
    const after = await readProviderFields(writes, await requireProvider(writes, parsed));
    const models = parsed.models === undefined ? {} : { models: parsed.models };
    if (!Bun.deepEquals(before, after) || parsed.models !== undefined) {
      const act = { ...providerTarget(provider), before, after: { ...after, ...models } };
      await recordAct(ctx, writes, { ...act, action: "provider.update" });
    }
  });
  const { reads } = ctx.storage;
  if (parsed.discover === true) await discoverAfterSave(ctx, await requireProvider(reads, parsed));
  return toProviderView(ctx, reads, await requireProvider(reads, parsed));
}

/** Only what differs from the saved provider, so that a repeated update writes nothing. */
function changeOf(
  parsed: Pick<UpdateProviderInput, "name" | "enabled" | "priority" | "timeouts" | "quotaGroup">,
  to: Pick<Next, "provider" | "candidate" | "health">,
): ProviderChange {
  const { provider, candidate, health } = to;
  const { name, enabled, priority, quotaGroup } = parsed;
  const timeouts = mergeTimeouts(parsed.timeouts ?? {}, provider.timeouts);
  return {
    ...(name === undefined || name === provider.name ? {} : { name }),
    ...(enabled === undefined || enabled === provider.enabled ? {} : { enabled }),
    ...(priority === undefined || priority === provider.priority ? {} : { priority }),
    ...(quotaGroup === undefined || quotaGroup === (provider.quotaGroup ?? null) ? {} : { quotaGroup }),
    ...(candidate.baseUrl === provider.baseUrl ? {} : { baseUrl: candidate.baseUrl }),
    ...(Bun.deepEquals(candidate.options, provider.options) ? {} : { options: candidate.options }),
    ...(Bun.deepEquals(timeouts, provider.timeouts) ? {} : { timeouts }),
    ...(health === undefined ? {} : { health }),
  };
}

interface Next {
  readonly provider: ProviderRecord;
  readonly candidate: Candidate;
  readonly health: ProviderHealth | undefined;
  /** The vendor is called otherwise than before. */
  readonly called: boolean;
}

/** Another account is another set of models; one that was out of use is looked at first. */
function scheduleOf(
  ctx: ServiceContext,
  parsed: Pick<UpdateProviderInput, "enabled" | "discover">,
  { provider, candidate, health, called }: Next,
): Pick<ProviderChange, "schedule"> {
  const wanted = called && parsed.discover !== false && provider.schedule.nextDiscoveryAt !== undefined;
  const woken = parsed.enabled === true && !provider.enabled && health === undefined;
  const probe = woken ? ctx.now() : health && scheduleProbe(ctx, candidate.driver, health);
  const schedule = {
    ...(wanted && { nextDiscoveryAt: ctx.now() }),
    ...(probe !== undefined && candidate.driver.protocols.length > 0 && { nextProbeAt: probe }),
  };
  return Object.keys(schedule).length === 0 ? {} : { schedule };
}
