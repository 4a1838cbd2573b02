import { z } from "@hono/zod-openapi";
import type { ConnectionView } from "../../services/connections/connection-view.ts";
import type { Verification } from "../../services/connections/verify.ts";
import type { BegunFlow } from "../../services/oauth/flow.ts";
import { timeSchema, toOptionalTime, toTime } from "./common.ts";

const failure = z.enum(["blocked_by_network_policy", "provider_unreachable", "provider_refused", "failed"]);

export const connectionSchema = z
  .object({
    id: z.string(),
    connector: z.string(),
    name: z.string(),
    auth: z.enum(["api_key", "oauth2"]),
    options: z.record(z.string(), z.string()),
    credentials: z
      .record(z.string(), z.object({ configured: z.literal(true), fingerprint: z.string() }))
      .describe("The fields of a key; empty for a sign-in; never a value"),
    account: z
      .object({ id: z.string().nullable(), name: z.string().nullable() })
      .describe("Whose credential it is, as far as the service says"),
    scopes: z.array(z.string()),
    status: z.enum(["connected", "failing", "reauthorize"]),
    status_reason: failure.nullable(),
    checked_at: timeSchema.nullable(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Connection");

/** A connection as the API writes it. */
export function toConnection(view: ConnectionView): z.infer<typeof connectionSchema> {
  const credentials = Object.entries(view.credentials).map(
    ([field, { fingerprint }]) => [field, { configured: true as const, fingerprint }] as const,
  );
  return {
    id: view.id,
    connector: view.connector,
    name: view.name,
    auth: view.auth,
    options: { ...view.options },
    credentials: Object.fromEntries(credentials),
    account: { id: view.accountId ?? null, name: view.accountName ?? null },
    scopes: [...view.scopes],
    status: view.status,
    status_reason: view.statusReason ?? null,
    checked_at: toOptionalTime(view.checkedAt),
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

const name = z
  .string()
  .max(200)
  .describe("Unique among your own without case; the connector's id unless told");
const credentials = z
  .record(z.string().max(100), z.string().max(16_384))
  .describe("Fields of the connector's credential form");
const options = z
  .record(z.string().max(100), z.string().max(2048).nullable())
  .describe("Fields of the connector's option form");

export const createConnectionSchema = z
  .strictObject({
    connector: z.string().max(100),
    name: name.optional(),
    credentials,
    options: options.optional(),
  })
  .openapi("ConnectionCreate");

export const updateConnectionSchema = z
  .strictObject({
    name: name.optional(),
    credentials: credentials.optional(),
    options: options.optional().describe("With `credentials` only"),
  })
  .openapi("ConnectionUpdate");

export const verificationSchema = z
  .object({
    valid: z.boolean(),
    failure: failure.nullable(),
    reason: z.string().nullable(),
    connection: connectionSchema,
  })
  .openapi("ConnectionVerification");

/** What a verification found, as the API writes it. */
export function toVerification(found: Verification): z.infer<typeof verificationSchema> {
  return {
    valid: found.valid,
    failure: found.failure ?? null,
    reason: found.reason ?? null,
    connection: toConnection(found.connection),
  };
}

/** A path of this server that a browser is sent to when its sign-in is over. */
export const returnTo = z.string().max(1000).optional().describe("A path of this server, for afterwards");

export const beginConnectionSchema = z
  .strictObject({
    connector: z.string().max(100),
    name: name.optional(),
    connection_id: z.string().max(100).optional().describe("One that is to be signed in again"),
    return_to: returnTo,
  })
  .openapi("ConnectionSignIn");

export const begunSignInSchema = z
  .object({
    authorize_url: z.string().describe("Where to send the browser that has your session"),
    redirect_uri: z.string().describe("What must be registered at the service"),
    expires_at: timeSchema,
  })
  .openapi("BegunSignIn");

/** A sign-in that has begun, as the API writes it. */
export function toBegunSignIn(begun: BegunFlow): z.infer<typeof begunSignInSchema> {
  return {
    authorize_url: begun.authorizeUrl,
    redirect_uri: begun.redirectUri,
    expires_at: toTime(begun.expiresAt),
  };
}

/** For clients of the API. */
export type ConnectionBody = z.infer<typeof connectionSchema>;
export type VerificationBody = z.infer<typeof verificationSchema>;
export type BegunSignInBody = z.infer<typeof begunSignInSchema>;
