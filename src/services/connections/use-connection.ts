import type { Connector, ConnectorOptions } from "../../connectors/connector.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import { notFound } from "../access.ts";
import { withDefaults } from "../connectors/connector-options.ts";
import { requireConnector } from "../connectors/require-connector.ts";
import type { ServiceContext } from "../service-context.ts";
import { openConnection } from "./open-connection.ts";
import { recordStatus, refusedAnswer } from "./record-status.ts";

/** A connection ready to be used by a tool on behalf of its user. Never leaves the server. */
export interface LiveConnection {
  readonly connectionId: string;
  readonly connector: Connector;
  readonly credential: Readonly<Record<string, Secret>>;
  /** With defaults, the service's base URL among them. */
  readonly options: ConnectorOptions;
}

export interface UseConnectionInput {
  readonly orgId: string;
  readonly userId: string;
  readonly connector: string;
  /** Which one, of several; the oldest that works unless told. */
  readonly name?: string | undefined;
  /** An access token that the service did not take: another one is wanted. */
  readonly refused?: Secret | undefined;
}

/**
 * The live credential of a user, for tools: looked up when it is needed, renewed early. Only for the server itself and for
 * the user. Throws `connection_missing`, `connection_expired`, or `upstream_*` when it cannot be renewed now.
 */
export async function useConnection(ctx: ServiceContext, input: UseConnectionInput): Promise<LiveConnection> {
  const { actor } = ctx;
  const isOwn = actor.kind === "user" && actor.id === input.userId && actor.orgId === input.orgId;
  if (actor.kind !== "system" && !isOwn) throw notFound("connection");
  const connector = requireConnector(input.connector);
  const connection = await choose(ctx, connector, input);
  try {
    const credential = await openConnection(ctx, { connector, connection, refused: input.refused });
    const options = withDefaults(connector.optionForm, connection.options);
    return { connectionId: connection.id, connector, credential, options };
  } catch (error) {
    if (error instanceof PenstockError && error.code === "connection_expired")
      await recordStatus(ctx, connection, refusedAnswer(connector));
    throw error;
  }
}

async function choose(
  ctx: ServiceContext,
  connector: Connector,
  { orgId, userId, name }: UseConnectionInput,
): Promise<ConnectionRecord> {
  const { connections } = ctx.storage.reads;
  const all = await connections.listByConnector({ orgId, userId, connector: connector.id });
  const named = name?.toLowerCase();
  const found =
    named === undefined
      ? (all.find(({ status }) => status === "connected") ?? all[0])
      : all.find((connection) => connection.name.toLowerCase() === named);
  if (found === undefined)
    throw new PenstockError("connection_missing", { fields: { service: connector.label } });
  return found;
}
