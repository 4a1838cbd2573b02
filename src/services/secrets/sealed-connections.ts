import type { Writes } from "../../storage/repositories/writes.ts";
import { connectionBinding } from "../connections/connection-secrets.ts";
import { pageOf } from "./page-of.ts";
import type { SealedStore } from "./sealed-store.ts";

/** Credentials of people's connections. */
export const sealedConnections: SealedStore = {
  name: "connections",
  table: "connection_secrets",
  async page(reads, query) {
    const rows = await reads.connections.allSecrets();
    const places = rows.map((row) => ({
      cursor: `${row.connectionId} ${row.field}`,
      what: `${row.connectionId} ${row.field}`,
      sealed: row.sealed,
      binding: connectionBinding({ ...row, id: row.connectionId }, row.field),
      replace: (writes: Writes, renewed: string) => writes.connections.rewrap(row, renewed),
    }));
    return pageOf(places, query);
  },
};
