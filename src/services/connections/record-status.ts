import type { Connector } from "../../connectors/connector.ts";
import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import { laterThan } from "../later-than.ts";
import type { ServiceContext } from "../service-context.ts";
import type { WhoAnswer } from "./ask-who.ts";
import { verifiedFields } from "./verified-fields.ts";

/** What a service that takes the credential no more answers. */
export function refusedAnswer(connector: Connector): WhoAnswer {
  return {
    ok: false,
    failure: "provider_refused",
    reason: `${connector.label} does not take the credential any more`,
  };
}

/** Writes down what the service said of a connection, and returns it as it is then; undefined when it is gone. */
export async function recordStatus(
  ctx: ServiceContext,
  connection: ConnectionRecord,
  answer: WhoAnswer,
): Promise<ConnectionRecord | undefined> {
  const { orgId, userId, id } = connection;
  return ctx.storage.change(async (writes) => {
    const current = await writes.connections.find({ orgId, userId, id });
    if (current === undefined) return undefined;
    const at = laterThan(current.updatedAt, ctx.now());
    const after: ConnectionRecord = { ...current, ...fieldsOf(answer, at), updatedAt: at };
    await writes.connections.replace(after);
    return after;
  });
}

function fieldsOf(answer: WhoAnswer, at: number): Partial<ConnectionRecord> {
  if (answer.ok) return verifiedFields(answer.identity, at);
  const status = answer.failure === "provider_refused" ? "reauthorize" : "failing";
  return { status, statusReason: answer.failure, checkedAt: at };
}
