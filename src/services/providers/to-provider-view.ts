import type { CredentialRecord, ProviderRecord } from "../../storage/records/provider-record.ts";
import { type ModelCounts, noModels } from "../../storage/repositories/model-counts.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ConfiguredField, ProviderView } from "./provider-view.ts";
import { partSecrets } from "./secrets-of.ts";
import { timingOf } from "./timing.ts";

type Timed = Pick<ServiceContext, "timing">;

/** The last duty of every verb: what leaves holds no value of a credential. */
export async function toProviderView(
  ctx: Timed,
  reads: Reads,
  provider: ProviderRecord,
): Promise<ProviderView> {
  const [view] = await toProviderViews(ctx, { reads, providers: [provider] });
  if (view === undefined) throw new RangeError("one provider has one view");
  return view;
}

/** The same for a page of them, with as many queries as for one. */
export async function toProviderViews(
  ctx: Timed,
  { reads, providers }: { readonly reads: Reads; readonly providers: readonly ProviderRecord[] },
): Promise<readonly ProviderView[]> {
  const ids = providers.map(({ id }) => id);
  const secrets = Map.groupBy(await reads.credentials.listByProviders(ids), (each) => each.providerId);
  const counts = await reads.models.countByProviders(ids);
  return providers.map((provider) =>
    toView(ctx, provider, {
      secrets: secrets.get(provider.id) ?? [],
      models: counts.get(provider.id) ?? noModels,
    }),
  );
}

function toView(
  ctx: Timed,
  provider: ProviderRecord,
  parts: { readonly secrets: readonly CredentialRecord[]; readonly models: ModelCounts },
): ProviderView {
  const { health, schedule, ...rest } = provider;
  const { probeMs, discoveryMs } = timingOf(ctx);
  const { credential, headers } = partSecrets(
    parts.secrets.map((record) => [record.field, toConfigured(record)]),
  );
  return {
    ...rest,
    ...health,
    ...schedule,
    // Where no job runs or the provider is out of use, nothing comes next.
    nextProbeAt: probeMs > 0 && provider.enabled ? schedule.nextProbeAt : undefined,
    nextDiscoveryAt: discoveryMs > 0 && provider.enabled ? schedule.nextDiscoveryAt : undefined,
    credentials: credential,
    headers,
    models: parts.models,
  };
}

function toConfigured({ fingerprint, setAt, setBy }: CredentialRecord): ConfiguredField {
  return { configured: true, fingerprint, setAt, setBy };
}
