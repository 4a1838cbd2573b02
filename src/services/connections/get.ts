import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ConnectionView } from "./connection-view.ts";
import { requireConnection } from "./require-connection.ts";
import { toConnectionView } from "./to-connection-view.ts";

/** One of the caller's own connections. */
export async function getConnection(
  ctx: ServiceContext,
  { orgId, connectionId }: { readonly orgId: string; readonly connectionId: string },
): Promise<ConnectionView> {
  const { id: userId } = requireUser(ctx, { orgId, role: "viewer" });
  const { reads } = ctx.storage;
  return toConnectionView(reads, await requireConnection(reads, { orgId, userId, connectionId }));
}
