import { profileKeyOf } from "../../catalog/profile-key.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ModelView } from "./model-view.ts";
import { requireModel } from "./require-model.ts";
import { toModelView } from "./to-model-view.ts";

/**
 * The same model on the org's other providers, those that can be used now first. Disabled ones are listed, too: they are
 * one step away.
 */
export async function listSiblings(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly modelId: string },
): Promise<readonly ModelView[]> {
  requireViewer(ctx, input.orgId);
  return ctx.storage.consistently((reads) => siblingsOf(ctx, reads, input));
}

export async function siblingsOf(
  ctx: ServiceContext,
  reads: Reads,
  input: { readonly orgId: string; readonly modelId: string },
): Promise<readonly ModelView[]> {
  const { model } = await requireModel(reads, input);
  const providers = new Map((await reads.providers.listByOrg(input.orgId)).map((each) => [each.id, each]));
  const key = identityOf(model);
  const siblings = (await reads.models.allByOrg(input.orgId)).flatMap((other) => {
    const provider = providers.get(other.providerId);
    const same = other.providerId !== model.providerId && !other.stale && identityOf(other) === key;
    return same && provider !== undefined ? [{ model: other, provider }] : [];
  });
  const unusable = ({ model, provider }: (typeof siblings)[number]) =>
    Number(!provider.enabled) * 4 +
    Number(provider.health.status !== "available") * 2 +
    Number(!model.enabled);
  return siblings
    .sort((a, b) => unusable(a) - unusable(b) || a.provider.priority - b.provider.priority)
    .map((each) => toModelView(ctx, each));
}

/** Where nothing says what a model is, only its very id makes it the same. */
function identityOf({ wireId }: ModelRecord): string {
  return profileKeyOf(wireId) ?? wireId;
}
