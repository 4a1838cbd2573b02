import { PenstockError } from "../../errors/penstock-error.ts";
import type { Secret } from "../../secrets/secret.ts";
import { retryAfterMs } from "../../wire/retry-after.ts";
import type { DriverFetch } from "../driver.ts";
import { readBounded } from "../shared/read-bounded.ts";
import { readObject, readText } from "../shared/read-value.ts";
import type { OAuth2Client } from "./oauth2-client.ts";
import { readToken, type TokenAnswer } from "./read-token.ts";

/** One request for a token. */
export interface TokenRequest {
  readonly client: OAuth2Client;
  /** The one in use now, for that grant. */
  readonly refreshToken: Secret | undefined;
  readonly fetch: DriverFetch;
  /** Fields of the grant besides those of the client, e.g. of a code's exchange. */
  readonly fields?: Readonly<Record<string, string>>;
  /** How the server's dialect differs from RFC 6749. */
  readonly dialect?: TokenDialect;
}

/** What is particular to one authorization server. */
export interface TokenDialect {
  /** In place of `readToken`. */
  readonly read?: (body: unknown) => TokenAnswer | undefined;
  /** Error codes that refuse the client or its grant, beyond those of RFC 6749; known words, so they may be shown. */
  readonly refusals?: readonly string[];
}

const timeoutMs = 10_000;
const maxBytes = 64 * 1024;

/**
 * Asks a token endpoint (RFC 6749 §4.4, §6). Nothing of its answer is shown but error codes that are known words. It has a
 * time limit of its own, since several callers wait for it.
 *
 * @throws PenstockError `upstream_credential_rejected`, `provider_misconfigured`, or another `upstream_*`.
 */
export async function requestToken(request: TokenRequest): Promise<TokenAnswer> {
  const { client, fetch, dialect = {} } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string | undefined;
  try {
    response = await fetch(client.tokenUrl, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        ...basicHeader(client),
      },
      body: formOf(request).toString(),
      signal,
    });
    text = await readBounded(response, maxBytes);
  } catch (error) {
    throw unreachable(error, signal);
  }
  if (response.redirected || (response.status >= 300 && response.status < 400)) {
    throw misconfigured("its token URL answers with a redirect, and redirects are not followed");
  }
  const body = parse(text ?? "");
  if (!response.ok) throw refusal(response, body, dialect);
  const answer = (dialect.read ?? readToken)(body);
  if (answer !== undefined) return answer;
  // Some servers refuse with status 200.
  if (readText(readObject(body)?.error) !== undefined) throw refusal(response, body, dialect);
  const fields = { reason: "the token endpoint's answer holds no bearer token" };
  throw new PenstockError("upstream_malformed", { fields });
}

function formOf({ client, refreshToken, fields }: TokenRequest): URLSearchParams {
  const { clientId, clientSecret, clientAuth, grant, scope, audience } = client;
  const form = new URLSearchParams({ grant_type: grant.type });
  if (grant.type === "refresh_token")
    form.set("refresh_token", (refreshToken ?? grant.refreshToken).reveal());
  if (scope !== undefined) form.set("scope", scope);
  if (audience !== undefined) form.set("audience", audience);
  if (clientAuth === "post" || clientSecret === undefined) form.set("client_id", clientId);
  if (clientAuth === "post" && clientSecret !== undefined) form.set("client_secret", clientSecret.reveal());
  for (const [name, value] of Object.entries(fields ?? {})) form.set(name, value);
  return form;
}

/** Both halves are encoded as a form's before they are joined (RFC 6749 §2.3.1). */
function basicHeader({ clientId, clientSecret, clientAuth }: OAuth2Client): Record<string, string> {
  if (clientAuth !== "basic" || clientSecret === undefined) return {};
  const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret.reveal())}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function formEncoded(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}

/** Codes that say the client, its secret or its grant is not accepted (RFC 6749 §5.2). */
const credentialCodes: ReadonlySet<string> = new Set([
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
]);
/** Codes that say the request is not what the server takes. */
const requestCodes: ReadonlySet<string> = new Set([
  "invalid_request",
  "invalid_scope",
  "invalid_target",
  "invalid_resource",
  "unsupported_grant_type",
]);

function refusal(response: Response, body: unknown, dialect: TokenDialect): PenstockError {
  const { status, headers } = response;
  const answer = readObject(body);
  const code = readText(answer?.error) ?? "";
  const refuses = credentialCodes.has(code) || dialect.refusals?.includes(code) === true;
  // Microsoft's own number says most, and is no secret.
  const detail = /\bAADSTS\d{4,7}\b/.exec(readText(answer?.error_description) ?? "")?.[0];
  const known = refuses || requestCodes.has(code) ? code : `status ${status}`;
  const reason = `the token endpoint answered ${detail === undefined ? known : `${known}, ${detail}`}`;
  if (status === 429) {
    const wait = retryAfterMs(headers);
    return new PenstockError("upstream_rate_limited", { ...(wait !== undefined && { retryAfterMs: wait }) });
  }
  if (status >= 500) return new PenstockError("upstream_error", { fields: { reason: `${reason}.` } });
  if (refuses || (status === 401 && !requestCodes.has(code))) {
    return new PenstockError("upstream_credential_rejected", { fields: { reason } });
  }
  return misconfigured(reason);
}

function misconfigured(reason: string): PenstockError {
  return new PenstockError("provider_misconfigured", { fields: { reason } });
}

/** What the egress policy says is passed on; anything else may hold what was sent, and stays the cause. */
function unreachable(error: unknown, signal: AbortSignal): PenstockError {
  if (error instanceof PenstockError) return error;
  if (!signal.aborted) return new PenstockError("upstream_unreachable", { cause: error });
  return new PenstockError("upstream_timeout", { fields: { seconds: timeoutMs / 1000 } });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
