import { profileKeyOf } from "../../catalog/profile-key.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ServiceContext } from "../service-context.ts";
import { knownOf } from "./known-of.ts";
import type { ModelView } from "./model-view.ts";

/** What is stored of a model, filled up with what the catalog knows of it. */
export function toModelView(
  ctx: Pick<ServiceContext, "profileOf">,
  { model, provider }: { model: ModelRecord; provider: Pick<ProviderRecord, "name" | "driver" | "schedule"> },
): ModelView {
  const { reviewedAt } = provider.schedule;
  const known = knownOf(ctx, { model, provider });
  return {
    ...model,
    displayName: known.displayName,
    contextTokens: known.contextTokens,
    traits: { ...model.facts?.traits, ...model.traits },
    prices: known.prices,
    priceSource: known.priceSource,
    name: `${provider.name}/${model.wireId}`,
    providerName: provider.name,
    isNew:
      model.source === "discovered" &&
      !model.enabled &&
      reviewedAt !== undefined &&
      model.createdAt > reviewedAt,
    profile: profileKeyOf(model.baseModel ?? model.facts?.baseModel ?? model.wireId),
  };
}
