import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";

/** A model that a name means, and why no call gets there. */
export interface IdleModel {
  readonly provider: ProviderRecord;
  readonly model: ModelRecord;
  readonly reason: string;
}

/** The models that `name` would run if they were in use, for whoever wonders why they are not. */
export async function listIdleModels(
  ctx: ServiceContext,
  { orgId, name }: { readonly orgId: string; readonly name: string },
): Promise<readonly IdleModel[]> {
  requireViewer(ctx, orgId);
  const slash = name.indexOf("/");
  const wireIds = slash === -1 ? [name] : [name, name.slice(slash + 1)];
  return ctx.storage.consistently(async (reads) => {
    const route = await reads.routes.findByName({ orgId, name });
    const ids = route?.targets.map(({ modelId }) => modelId);
    const models =
      ids === undefined
        ? await reads.models.listByWireIds({ orgId, wireIds })
        : await reads.models.list({ orgId, ids: [...new Set(ids)] });
    if (models.length === 0) return [];
    const providers = new Map((await reads.providers.listByOrg(orgId)).map((each) => [each.id, each]));
    return models.flatMap((model) => {
      const provider = providers.get(model.providerId);
      if (provider === undefined) return [];
      if (route === undefined && !means(name, { provider, model })) return [];
      const reason = reasonOf({ provider, model });
      return reason === undefined ? [] : [{ provider, model, reason }];
    });
  });
}

type Served = Pick<IdleModel, "provider" | "model">;

/** A provider's name counts without case, a model's id with. */
function means(name: string, { provider, model }: Served): boolean {
  if (name === model.wireId) return true;
  const prefix = name.slice(0, -model.wireId.length);
  return name.endsWith(model.wireId) && prefix.toLowerCase() === `${provider.name.toLowerCase()}/`;
}

function reasonOf({ provider, model }: Served): string | undefined {
  if (!provider.enabled && !model.enabled) return "passed over: its provider and the model are disabled";
  if (!provider.enabled) return "passed over: its provider is disabled";
  return model.enabled ? undefined : "passed over: the model is disabled";
}
