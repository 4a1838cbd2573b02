import { z } from "@hono/zod-openapi";
import type { ConnectorView } from "../../services/connectors/connector-view.ts";
import { timeSchema, toTime } from "./common.ts";
import { fieldSchema, toField } from "./driver.ts";

const optionValues = z.record(z.string(), z.string());

const clientSchema = z
  .object({
    client_id: z.string(),
    client_secret: z
      .object({ configured: z.literal(true), fingerprint: z.string() })
      .nullable()
      .describe("Null: a public client"),
    scopes: z.array(z.string()),
    options: optionValues,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("ConnectorClient");

export const connectorSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    description: z.string(),
    credential_form: z.array(fieldSchema).describe("To connect by a key"),
    option_form: z.array(fieldSchema),
    oauth: z
      .object({
        available: z.boolean().describe("Whether members can sign in at the service now"),
        unavailable_reason: z.string().nullable(),
        redirect_uri: z.string().describe("To be registered at the service, as it stands"),
        default_scopes: z.array(z.string()),
        client_form: z.array(fieldSchema).describe("The options that an admin sets for the OAuth client"),
        client: clientSchema.nullable(),
      })
      .nullable()
      .describe("Null: by a key only"),
  })
  .openapi("Connector");

/** A connector as the API writes it. */
export function toConnector({
  connector,
  client,
  redirectUri,
}: ConnectorView): z.infer<typeof connectorSchema> {
  const { oauth } = connector;
  return {
    id: connector.id,
    label: connector.label,
    description: connector.description,
    credential_form: connector.credentialForm.map(toField),
    option_form: connector.optionForm.map(toField),
    oauth:
      oauth === undefined
        ? null
        : {
            available: client !== undefined,
            unavailable_reason:
              client === undefined ? "No admin has configured an OAuth client for it." : null,
            redirect_uri: redirectUri,
            default_scopes: [...oauth.scopes],
            client_form: oauth.clientForm.map(toField),
            client: client === undefined ? null : toClient(client),
          },
  };
}

function toClient(client: NonNullable<ConnectorView["client"]>): z.infer<typeof clientSchema> {
  const { clientSecret } = client;
  return {
    client_id: client.clientId,
    client_secret:
      clientSecret === undefined ? null : { configured: true, fingerprint: clientSecret.fingerprint },
    scopes: [...client.scopes],
    options: { ...client.options },
    created_at: toTime(client.createdAt),
    updated_at: toTime(client.updatedAt),
  };
}

export const configureConnectorSchema = z
  .strictObject({
    client_id: z.string().min(1).max(500),
    client_secret: z
      .string()
      .max(4096)
      .nullable()
      .optional()
      .describe("Omitted keeps; null: a public client"),
    scopes: z
      .array(z.string().min(1).max(200))
      .max(100)
      .nullable()
      .optional()
      .describe("Omitted or null: the default"),
    options: z.record(z.string().max(100), z.string().max(2048).nullable()).optional(),
  })
  .openapi("ConnectorConfigure");

/** The body's fields under the services' names. */
export function fromConnectorBody(body: z.infer<typeof configureConnectorSchema>) {
  const { client_id: clientId, client_secret: clientSecret, scopes, options } = body;
  return { clientId, clientSecret, scopes, options };
}

/** For clients of the API. */
export type ConnectorBody = z.infer<typeof connectorSchema>;
