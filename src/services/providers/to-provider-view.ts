import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { ProviderView } from "./provider-view.ts";

/** The last duty of every verb: what leaves holds no value of a credential. */
export async function toProviderView(reads: Reads, provider: ProviderRecord): Promise<ProviderView> {
  const { health, ...rest } = provider;
  const credentials = await reads.credentials.listByProvider(provider.id);
  return {
    ...rest,
    ...health,
    credentials: Object.fromEntries(
      credentials.map(({ field, fingerprint }) => [field, { configured: true as const, fingerprint }]),
    ),
    models: await reads.models.countByProvider(provider.id),
  };
}
