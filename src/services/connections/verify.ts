import type { Connector } from "../../connectors/connector.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ConnectionFailure, ConnectionRecord } from "../../storage/records/connection-record.ts";
import { notFound } from "../access.ts";
import { withDefaults } from "../connectors/connector-options.ts";
import { requireConnector } from "../connectors/require-connector.ts";
import { serviceFetch } from "../connectors/service-fetch.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import { askWho, type WhoAnswer } from "./ask-who.ts";
import type { ConnectionView } from "./connection-view.ts";
import { openConnection } from "./open-connection.ts";
import { recordStatus, refusedAnswer } from "./record-status.ts";
import { requireConnection } from "./require-connection.ts";
import { toConnectionView } from "./to-connection-view.ts";

/** What a verification found; `reason` is our own fixed text. */
export interface Verification {
  readonly valid: boolean;
  readonly failure: ConnectionFailure | undefined;
  readonly reason: string | undefined;
  readonly connection: ConnectionView;
}

/** Asks the service again whose the credential is, and writes down what it says. */
export async function verifyConnection(
  ctx: ServiceContext,
  { orgId, connectionId }: { readonly orgId: string; readonly connectionId: string },
): Promise<Verification> {
  const { id: userId } = requireUser(ctx, { orgId, role: "member" });
  const { reads } = ctx.storage;
  const stored = await requireConnection(reads, { orgId, userId, connectionId });
  const answer = await ask(ctx, requireConnector(stored.connector), stored);
  const after = await recordStatus(ctx, stored, answer);
  if (after === undefined) throw notFound(`connection ${connectionId}`);
  return {
    valid: answer.ok,
    failure: answer.ok ? undefined : answer.failure,
    reason: answer.ok ? undefined : answer.reason,
    connection: await toConnectionView(reads, after),
  };
}

async function ask(
  ctx: ServiceContext,
  connector: Connector,
  connection: ConnectionRecord,
): Promise<WhoAnswer> {
  const options = withDefaults(connector.optionForm, connection.options);
  const fetch = await serviceFetch(ctx, connection.orgId);
  try {
    const credential = await openConnection(ctx, { connector, connection });
    const answer = await askWho(connector, { credential, options }, fetch);
    const refused = credential.access_token;
    if (answer.ok || answer.failure !== "provider_refused" || refused === undefined) return answer;
    // A token may end before its time; then another one may be had.
    const renewed = await openConnection(ctx, { connector, connection, refused });
    return await askWho(connector, { credential: renewed, options }, fetch);
  } catch (error) {
    if (!(error instanceof PenstockError)) throw error;
    if (error.code === "connection_expired") return refusedAnswer(connector);
    if (!error.code.startsWith("upstream_") && error.code !== "egress_refused") throw error;
    const failure = error.code === "egress_refused" ? "blocked_by_network_policy" : "provider_unreachable";
    return { ok: false, failure, reason: "the sign-in could not be renewed" };
  }
}
