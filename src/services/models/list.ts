import { foldName } from "../../storage/columns.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import { requireOrg, requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import { withOwnPrices } from "../prices/with-own-prices.ts";
import { requireProvider } from "../providers/require-provider.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ModelView } from "./model-view.ts";
import { toModelView } from "./to-model-view.ts";

export interface ListModelsInput extends PageInput {
  readonly orgId: string;
  readonly providerId?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly kind?: ModelRecord["kind"] | undefined;
  readonly favorite?: boolean | undefined;
  readonly stale?: boolean | undefined;
  /** Part of the vendor's id. */
  readonly query?: string | undefined;
}

const order: ListOrder<ModelRecord> = { list: "models", texts: { name: (model) => foldName(model.wireId) } };

/** The org's models, of one provider if asked so. Throws `not_found` for a provider that is not there. */
export async function listModels(ctx: ServiceContext, input: ListModelsInput): Promise<Page<ModelView>> {
  const { orgId, providerId, enabled, kind, favorite, stale, query } = input;
  requireViewer(ctx, orgId);
  return ctx.storage.consistently(async (reads) => {
    await requireOrg(reads, orgId);
    if (providerId !== undefined) await requireProvider(reads, { orgId, providerId });
    const providers = new Map((await reads.providers.listByOrg(orgId)).map((each) => [each.id, each]));
    const page = await readPage(input, order, (page) =>
      reads.models.page({ ...page, orgId, providerId, enabled, kind, favorite, stale, query }),
    );
    const data = page.data.flatMap((model) => {
      const provider = providers.get(model.providerId);
      return provider === undefined ? [] : [toModelView(ctx, { model, provider })];
    });
    return { data: await withOwnPrices(ctx, reads, { orgId, models: data }), nextCursor: page.nextCursor };
  });
}
