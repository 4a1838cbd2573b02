import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import { requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { withDefaults } from "../connectors/connector-options.ts";
import { requireConnector } from "../connectors/require-connector.ts";
import { serviceFetch } from "../connectors/service-fetch.ts";
import { parseInput } from "../parse-input.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import { askWho } from "./ask-who.ts";
import { connectionFields, connectionTarget } from "./connection-act.ts";
import { type ConnectionInput, createConnectionSchema, requireComplete } from "./connection-input.ts";
import { saveConnectionSecrets } from "./connection-secrets.ts";
import type { ConnectionView } from "./connection-view.ts";
import { requireFreeConnectionName } from "./require-connection.ts";
import { requireVerified } from "./require-verified.ts";
import { toConnectionView } from "./to-connection-view.ts";
import { verifiedFields } from "./verified-fields.ts";

export interface CreateConnectionInput extends ConnectionInput {
  readonly orgId: string;
  readonly connector: string;
  /** The connector's id unless told; unique for the person. */
  readonly name?: string | undefined;
}

/**
 * Connects a service by a key, after the service has said whose it is. Throws `unprocessable` (all problems), `conflict`
 * (name taken) and `connection_*`; then nothing was saved.
 */
export async function createConnection(
  ctx: ServiceContext,
  input: CreateConnectionInput,
): Promise<ConnectionView> {
  const user = requireUser(ctx, { orgId: input.orgId, role: "member" });
  const parsed = parseInput(createConnectionSchema, input);
  const connector = requireConnector(parsed.connector);
  const { credential, options } = requireComplete(connector, parsed);
  const owner = { orgId: parsed.orgId, userId: user.id };
  const name = parsed.name ?? connector.id;
  await requireFreeConnectionName(ctx.storage.reads, { ...owner, name });
  const context = { credential, options: withDefaults(connector.optionForm, options) };
  const fetch = await serviceFetch(ctx, owner.orgId);
  const identity = requireVerified(connector, await askWho(connector, context, fetch));
  const at = ctx.now();
  const connection: ConnectionRecord = {
    ...owner,
    id: ctx.newId("conn"),
    connector: connector.id,
    name,
    auth: "api_key",
    options,
    client: undefined,
    ...verifiedFields(identity, at),
    createdAt: at,
    updatedAt: at,
  };
  return ctx.storage.change(async (writes) => {
    await requireOrg(writes, owner.orgId);
    await requireFreeConnectionName(writes, connection);
    await writes.connections.insert(connection);
    await saveConnectionSecrets(ctx, writes, { connection, credential });
    const after = connectionFields(connection);
    await recordAct(ctx, writes, { ...connectionTarget(connection), action: "connection.create", after });
    return toConnectionView(writes, connection);
  });
}
