import { z } from "zod";
import type { Connector, ConnectorOAuth, ConnectorOptions } from "../../connectors/connector.ts";
import { tokenUrlProblem } from "../../drivers/auth/oauth2-client.ts";
import type { ErrorProblem } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";
import type { ConnectorClientRecord } from "../../storage/records/connector-client-record.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import { secretProblem } from "../providers/secret-problem.ts";
import type { ServiceContext } from "../service-context.ts";
import { clientFields, connectorTarget } from "./connector-act.ts";
import { clientBinding } from "./connector-client.ts";
import { checkOptions, withDefaults } from "./connector-options.ts";
import type { ConnectorView } from "./connector-view.ts";
import { requireConnector } from "./require-connector.ts";
import { toConnectorView } from "./to-connector-view.ts";

export interface ConfigureConnectorInput {
  readonly orgId: string;
  readonly connectorId: string;
  readonly clientId: string;
  /** Omitted: the stored one stays; null: a public client. */
  readonly clientSecret?: string | Secret | null | undefined;
  /** Undefined or null: the connector's own. */
  readonly scopes?: readonly string[] | null | undefined;
  readonly options?: Readonly<Record<string, string | null>> | undefined;
}

const schema = z.strictObject({
  orgId: z.string(),
  connectorId: z.string(),
  clientId: z.string().regex(/^[\x21-\x7e]{1,500}$/, "must be 1 to 500 visible characters"),
  clientSecret: z.union([z.string(), z.instanceof(Secret), z.null()]).optional(),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,200}$/, "must be one scope"))
    .max(100)
    .nullable()
    .optional(),
  options: z.record(z.string(), z.union([z.string(), z.null()])).optional(),
});

/**
 * Sets the OAuth client by which the org's users sign in at a service. Throws `unprocessable` with all problems.
 * Connections made with another client stay, but can no longer be renewed.
 */
export async function configureConnector(
  ctx: ServiceContext,
  input: ConfigureConnectorInput,
): Promise<ConnectorView> {
  requireAdmin(ctx, input.orgId);
  const connector = requireConnector(input.connectorId);
  const parsed = parseInput(schema, input);
  const { oauth } = connector;
  if (oauth === undefined)
    throw unprocessable([
      { path: "/client_id", message: `is not for ${connector.label}: it takes keys only` },
    ]);
  const options = checkOptions({ label: connector.label, fields: oauth.clientForm }, parsed.options ?? {});
  const problems = [
    ...options.problems,
    ...(options.problems.length > 0 ? [] : endpointProblems(oauth, options.value)),
    ...secretProblems(parsed.clientSecret),
  ];
  if (problems.length > 0) throw unprocessable(problems);
  return ctx.storage.change(async (writes) => {
    await requireOrg(writes, parsed.orgId);
    const before = await writes.connectorClients.find({ orgId: parsed.orgId, connector: connector.id });
    const at = ctx.now();
    const after: ConnectorClientRecord = {
      orgId: parsed.orgId,
      connector: connector.id,
      clientId: parsed.clientId,
      secret: nextSecret(ctx, { connector, before, ...parsed, options: options.value }),
      scopes: parsed.scopes ?? undefined,
      options: options.value,
      createdAt: before?.createdAt ?? at,
      updatedAt: before === undefined ? at : Math.max(at, before.updatedAt + 1),
    };
    await writes.connectorClients.put(after);
    await recordAct(ctx, writes, {
      ...connectorTarget(after),
      action: "connector.configure",
      ...(before !== undefined && { before: clientFields(before) }),
      after: clientFields(after),
    });
    return toConnectorView(ctx, connector, after);
  });
}

function endpointProblems(oauth: ConnectorOAuth, options: ConnectorOptions): readonly ErrorProblem[] {
  const endpoints = oauth.endpoints(withDefaults(oauth.clientForm, options));
  const problem = tokenUrlProblem(endpoints.tokenUrl) ?? tokenUrlProblem(endpoints.authorizeUrl);
  return problem === undefined ? [] : [{ path: "/options", message: problem.replace("token URL", "URL") }];
}

function secretProblems(sent: string | Secret | null | undefined): readonly ErrorProblem[] {
  if (sent === null || sent === undefined) return [];
  const secret = typeof sent === "string" ? new Secret(sent) : sent;
  const message = secretProblem(secret, { longest: 4096, known: [] });
  return message === undefined ? [] : [{ path: "/client_secret", message }];
}

/** A stored secret must not follow the client to another token endpoint: whoever moves it could read it there. */
function nextSecret(
  ctx: ServiceContext,
  change: {
    readonly connector: Connector;
    readonly before: ConnectorClientRecord | undefined;
    readonly clientSecret?: string | Secret | null | undefined;
    readonly orgId: string;
    readonly options: ConnectorOptions;
  },
): ConnectorClientRecord["secret"] {
  const { connector, before, clientSecret: sent } = change;
  if (sent === null) return undefined;
  if (sent !== undefined) {
    const value = typeof sent === "string" ? new Secret(sent) : sent;
    const sealed = ctx.vault.seal(value, clientBinding({ orgId: change.orgId, connector: connector.id }));
    return { sealed, fingerprint: ctx.vault.fingerprint(value) };
  }
  if (before?.secret === undefined) return undefined;
  const tokenUrl = (options: ConnectorOptions) =>
    connector.oauth?.endpoints(withDefaults(connector.oauth.clientForm, options)).tokenUrl;
  if (tokenUrl(before.options) === tokenUrl(change.options)) return before.secret;
  const message = "must be sent again (or cleared with null), since the token URL changes";
  throw unprocessable([{ path: "/client_secret", message }]);
}
