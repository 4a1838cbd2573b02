import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { type ReleaseMode, releaseModels } from "../bindings/release.ts";
import type { ServiceContext } from "../service-context.ts";

/** Frees a provider's models of all that names them, before it goes out of use. Throws `in_use` as `releaseModels` does. */
export async function releaseProvider(
  ctx: ServiceContext,
  writes: Writes,
  { provider, mode }: { readonly provider: ProviderRecord; readonly mode: ReleaseMode | undefined },
): Promise<void> {
  const enabled = (await writes.models.listByProvider(provider.id)).filter((model) => model.enabled);
  const models = new Set(enabled.map((model) => model.id));
  await releaseModels(ctx, writes, { orgId: provider.orgId, models, mode: mode ?? {} });
}
