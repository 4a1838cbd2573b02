import { requireOrg, requireViewer } from "../access.ts";
import { type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { KeyView } from "./key-view.ts";
import { toKeyView } from "./to-key-view.ts";

/** The org's keys; revoked ones are left out unless asked for. */
export async function listKeys(
  ctx: ServiceContext,
  input: PageInput & { readonly orgId: string; readonly revoked?: boolean | undefined },
): Promise<Page<KeyView>> {
  const { orgId, revoked = false } = input;
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const page = await readPage(input, (query) => reads.keys.page({ ...query, orgId, revoked }));
  return { data: page.data.map((key) => toKeyView(key, ctx.now())), nextCursor: page.nextCursor };
}
