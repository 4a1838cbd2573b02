import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ModelView } from "./model-view.ts";

export function toModelView(model: ModelRecord, provider: Pick<ProviderRecord, "name">): ModelView {
  return { ...model, name: `${provider.name}/${model.wireId}`, providerName: provider.name };
}
