import { foldName } from "../../storage/columns.ts";
import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import { requireOrg } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ConnectionView } from "./connection-view.ts";
import { toConnectionView } from "./to-connection-view.ts";

export interface ListConnectionsInput extends PageInput {
  readonly orgId: string;
  readonly connector?: string | undefined;
  /** Part of the name. */
  readonly query?: string | undefined;
}

const order: ListOrder<ConnectionRecord> = {
  list: "connections",
  texts: { name: (connection) => foldName(connection.name) },
};

/** The caller's own connections in this org. */
export async function listConnections(
  ctx: ServiceContext,
  input: ListConnectionsInput,
): Promise<Page<ConnectionView>> {
  const { orgId, connector, query } = input;
  const user = requireUser(ctx, { orgId, role: "viewer" });
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const page = await readPage(input, order, (page) =>
    reads.connections.page({ ...page, orgId, userId: user.id, connector, query }),
  );
  const data = await Promise.all(page.data.map((connection) => toConnectionView(reads, connection)));
  return { data, nextCursor: page.nextCursor };
}
