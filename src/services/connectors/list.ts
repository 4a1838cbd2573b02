import { connectors } from "../../connectors/connectors.ts";
import { requireOrg, requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ConnectorView } from "./connector-view.ts";
import { toConnectorView } from "./to-connector-view.ts";

/** What can be connected, and whether by signing in. */
export async function listConnectors(
  ctx: ServiceContext,
  { orgId }: { readonly orgId: string },
): Promise<readonly ConnectorView[]> {
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const clients = new Map(
    (await reads.connectorClients.listByOrg(orgId)).map((client) => [client.connector, client]),
  );
  return [...connectors.values()].map((connector) =>
    toConnectorView(ctx, connector, clients.get(connector.id)),
  );
}
