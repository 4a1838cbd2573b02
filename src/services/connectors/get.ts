import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ConnectorView } from "./connector-view.ts";
import { requireConnector } from "./require-connector.ts";
import { toConnectorView } from "./to-connector-view.ts";

export async function getConnector(
  ctx: ServiceContext,
  { orgId, connectorId }: { readonly orgId: string; readonly connectorId: string },
): Promise<ConnectorView> {
  requireViewer(ctx, orgId);
  const connector = requireConnector(connectorId);
  const client = await ctx.storage.reads.connectorClients.find({ orgId, connector: connector.id });
  return toConnectorView(ctx, connector, client);
}
