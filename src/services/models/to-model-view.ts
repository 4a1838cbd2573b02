import { profileKeyOf } from "../../catalog/profile-key.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ModelView } from "./model-view.ts";

/** What is stored of a model, filled up with what the catalog knows of it. */
export function toModelView(
  ctx: Pick<ServiceContext, "profileOf">,
  { model, provider }: { model: ModelRecord; provider: Pick<ProviderRecord, "name" | "driver"> },
): ModelView {
  const profile = ctx.profileOf(provider.driver, model.wireId);
  return {
    ...model,
    displayName: model.displayName ?? profile?.displayName,
    contextTokens: model.contextTokens ?? profile?.contextTokens,
    name: `${provider.name}/${model.wireId}`,
    providerName: provider.name,
    profile: profileKeyOf(model.wireId),
  };
}
