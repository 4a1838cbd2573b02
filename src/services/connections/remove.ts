import { recordAct } from "../audit/record-act.ts";
import { requireRevision } from "../precondition.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import { connectionFields, connectionTarget } from "./connection-act.ts";
import { requireConnection } from "./require-connection.ts";

/** Forgets one of the caller's own connections with its credential. */
export async function removeConnection(
  ctx: ServiceContext,
  { orgId, connectionId }: { readonly orgId: string; readonly connectionId: string },
): Promise<void> {
  const { id: userId } = requireUser(ctx, { orgId, role: "viewer" });
  await ctx.storage.change(async (writes) => {
    const connection = await requireConnection(writes, { orgId, userId, connectionId });
    requireRevision(ctx, { what: `The connection \`${connection.name}\``, updatedAt: connection.updatedAt });
    await writes.connections.remove({ orgId, userId, id: connection.id });
    const act = { ...connectionTarget(connection), before: connectionFields(connection) };
    await recordAct(ctx, writes, { ...act, action: "connection.remove" });
  });
}
