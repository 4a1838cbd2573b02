import { notFound, requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import type { ServiceContext } from "../service-context.ts";
import { clientFields, connectorTarget } from "./connector-act.ts";
import { requireConnector } from "./require-connector.ts";

/** Removes the org's OAuth client at a service: nobody signs in there from now on, and tokens are not renewed. */
export async function unconfigureConnector(
  ctx: ServiceContext,
  { orgId, connectorId }: { readonly orgId: string; readonly connectorId: string },
): Promise<void> {
  requireAdmin(ctx, orgId);
  const connector = requireConnector(connectorId);
  await ctx.storage.change(async (writes) => {
    const client = await writes.connectorClients.find({ orgId, connector: connector.id });
    if (client === undefined) throw notFound(`OAuth client of ${connector.id}`);
    await writes.connectorClients.remove({ orgId, connector: connector.id });
    const act = { ...connectorTarget(client), before: clientFields(client) };
    await recordAct(ctx, writes, { ...act, action: "connector.unconfigure" });
  });
}
