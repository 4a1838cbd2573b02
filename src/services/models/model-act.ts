import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { Act, ActFields } from "../audit/record-act.ts";
import { qualifiedName, type ServedModel } from "../bindings/served-names.ts";

/** What the audit log names a model by. */
export function modelTarget(served: ServedModel): Pick<Act, "orgId" | "target"> {
  const { provider, model } = served;
  return { orgId: provider.orgId, target: { kind: "model", id: model.id, name: qualifiedName(served) } };
}

/** What the audit log keeps of a model. */
export function modelFields(model: ModelRecord): ActFields {
  const { wireId, kind, displayName, enabled, favorite, traits, contextTokens, source } = model;
  return { wireId, kind, displayName, enabled, favorite: favorite ?? false, traits, contextTokens, source };
}
