import type { Writes } from "../../storage/repositories/writes.ts";
import { clientBinding } from "../connectors/connector-client.ts";
import { pageOf } from "./page-of.ts";
import type { SealedStore } from "./sealed-store.ts";

/** Secrets of the clients that orgs have at the services of connections. */
export const sealedConnectorClients: SealedStore = {
  name: "connector_clients",
  table: "connector_clients",
  async page(reads, query) {
    const places = (await reads.connectorClients.all()).flatMap((client) =>
      client.secret === undefined
        ? []
        : {
            cursor: `${client.orgId} ${client.connector}`,
            what: `${client.orgId} ${client.connector} client`,
            sealed: client.secret.sealed,
            binding: clientBinding(client),
            replace: (writes: Writes, renewed: string) => writes.connectorClients.rewrap(client, renewed),
          },
    );
    return pageOf(places, query);
  },
};
