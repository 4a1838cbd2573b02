import { requireOrg } from "../access.ts";
import { type Page, type PageInput, readPage } from "../page.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ConnectionView } from "./connection-view.ts";
import { toConnectionView } from "./to-connection-view.ts";

/** The caller's own connections in this org. */
export async function listConnections(
  ctx: ServiceContext,
  input: PageInput & { readonly orgId: string },
): Promise<Page<ConnectionView>> {
  const { orgId } = input;
  const user = requireUser(ctx, { orgId, role: "viewer" });
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const page = await readPage(input, (query) => reads.connections.page({ ...query, orgId, userId: user.id }));
  const data = await Promise.all(page.data.map((connection) => toConnectionView(reads, connection)));
  return { data, nextCursor: page.nextCursor };
}
