import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { notFound } from "../access.ts";
import { requireProvider } from "../providers/require-provider.ts";

/** A model of the org with its provider; throws `not_found`. */
export async function requireModel(
  reads: Reads,
  ref: { readonly orgId: string; readonly modelId: string },
): Promise<{ readonly model: ModelRecord; readonly provider: ProviderRecord }> {
  const model = await reads.models.find({ orgId: ref.orgId, id: ref.modelId });
  if (model === undefined) throw notFound(`model ${ref.modelId}`);
  return {
    model,
    provider: await requireProvider(reads, { orgId: ref.orgId, providerId: model.providerId }),
  };
}
