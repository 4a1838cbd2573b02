import type { Identity } from "../../connectors/connector.ts";
import type { Secret } from "../../secrets/secret.ts";
import { recordAct } from "../audit/record-act.ts";
import { withDefaults } from "../connectors/connector-options.ts";
import { requireConnector } from "../connectors/require-connector.ts";
import { serviceFetch } from "../connectors/service-fetch.ts";
import { laterThan } from "../later-than.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import { askWho } from "./ask-who.ts";
import { connectionFields, connectionTarget } from "./connection-act.ts";
import { type ConnectionInput, requireComplete, updateConnectionSchema } from "./connection-input.ts";
import { saveConnectionSecrets } from "./connection-secrets.ts";
import type { ConnectionView } from "./connection-view.ts";
import { requireConnection, requireFreeConnectionName } from "./require-connection.ts";
import { requireVerified } from "./require-verified.ts";
import { toConnectionView } from "./to-connection-view.ts";
import { verifiedFields } from "./verified-fields.ts";

export interface UpdateConnectionInput extends ConnectionInput {
  readonly orgId: string;
  readonly connectionId: string;
  readonly name?: string | undefined;
}

interface NewCredential {
  readonly credential: Readonly<Record<string, Secret>>;
  readonly options: Readonly<Record<string, string>>;
  readonly identity: Identity;
}

/**
 * Renames a connection, or gives it another key (with all of its options), which the service is asked about first. Throws
 * as `createConnection` does.
 */
export async function updateConnection(
  ctx: ServiceContext,
  input: UpdateConnectionInput,
): Promise<ConnectionView> {
  const { id: userId } = requireUser(ctx, { orgId: input.orgId, role: "member" });
  const parsed = parseInput(updateConnectionSchema, input);
  const ref = { orgId: parsed.orgId, userId, connectionId: parsed.connectionId };
  const stored = await requireConnection(ctx.storage.reads, ref);
  if (parsed.options !== undefined && parsed.credentials === undefined)
    throw unprocessable([{ path: "/credentials", message: "must be sent again when options change" }]);
  const renewed = parsed.credentials === undefined ? undefined : await verify(ctx, stored, parsed);
  return ctx.storage.change(async (writes) => {
    const before = await requireConnection(writes, ref);
    requireRevision(ctx, { what: `The connection \`${before.name}\``, updatedAt: before.updatedAt });
    const name = parsed.name ?? before.name;
    await requireFreeConnectionName(writes, { ...ref, name, id: before.id });
    const at = laterThan(before.updatedAt, ctx.now());
    const after = {
      ...before,
      name,
      ...(renewed !== undefined && {
        auth: "api_key" as const,
        options: renewed.options,
        client: undefined,
        ...verifiedFields(renewed.identity, at),
      }),
      updatedAt: at,
    };
    await writes.connections.replace(after);
    if (renewed !== undefined) {
      await saveConnectionSecrets(ctx, writes, { connection: after, credential: renewed.credential });
      await writes.tokens.remove({ kind: "connection", id: after.id, orgId: after.orgId });
    }
    await recordAct(ctx, writes, {
      ...connectionTarget(after),
      action: "connection.update",
      before: connectionFields(before),
      after: { ...connectionFields(after), ...(renewed !== undefined && { credential: "replaced" }) },
    });
    return toConnectionView(writes, after);
  });
}

async function verify(
  ctx: ServiceContext,
  { orgId, connector: id }: { readonly orgId: string; readonly connector: string },
  input: ConnectionInput,
): Promise<NewCredential> {
  const connector = requireConnector(id);
  const { credential, options } = requireComplete(connector, input);
  const context = { credential, options: withDefaults(connector.optionForm, options) };
  const fetch = await serviceFetch(ctx, orgId);
  const identity = requireVerified(connector, await askWho(connector, context, fetch));
  return { credential, options, identity };
}
