import type { ServiceContext } from "../src/services/service-context.ts";

/** A connection of somebody's, as if its service had been asked; returns its id. */
export async function addConnection(
  ctx: ServiceContext,
  { orgId, userId }: { readonly orgId: string; readonly userId: string },
): Promise<string> {
  const id = ctx.newId("conn");
  const at = ctx.now();
  await ctx.storage.change((writes) =>
    writes.connections.insert({
      ...{ id, orgId, userId, connector: "github", name: "github", auth: "api_key", options: {} },
      ...{ accountId: "1", accountName: "somebody", scopes: [], client: undefined },
      ...{ status: "connected", statusReason: undefined, checkedAt: at, createdAt: at, updatedAt: at },
    }),
  );
  return id;
}
