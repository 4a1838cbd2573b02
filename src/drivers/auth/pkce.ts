import { createHash, timingSafeEqual } from "node:crypto";
import { PenstockError } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";
import type { DriverFetch } from "../driver.ts";
import type { OAuth2Client } from "./oauth2-client.ts";
import type { TokenAnswer } from "./read-token.ts";
import { requestToken } from "./request-token.ts";

/** What a sign-in must remember until its user comes back (RFC 7636). */
export interface PkcePair {
  /** Kept on the server; proves that whoever exchanges the code began the sign-in. */
  readonly verifier: Secret;
  /** Sent along with the user: SHA-256 of the verifier in base64url. */
  readonly challenge: string;
}

/** A pair made of 32 random bytes; the caller has the randomness. Throws `RangeError` for fewer. */
export function pkcePair(random: Uint8Array): PkcePair {
  if (random.length < 32) throw new RangeError("a PKCE verifier needs 32 random bytes");
  const verifier = Buffer.from(random).toString("base64url");
  return { verifier: new Secret(verifier), challenge: challengeOf(verifier) };
}

/** The challenge of a verifier, by the method S256. */
export function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier, "ascii").digest("base64url");
}

/** Where a user is sent to sign in. */
export interface AuthorizeRequest {
  readonly authorizeUrl: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string | undefined;
  /** Comes back with the user; random, and bound to the user's session by the caller. */
  readonly state: string;
  readonly challenge: string;
}

/** The URL of the sign-in (RFC 6749 §4.1.1, RFC 7636 §4.3). A query the endpoint has already is kept. */
export function authorizeUrlOf(request: AuthorizeRequest): string {
  const url = new URL(request.authorizeUrl);
  const fields = {
    response_type: "code",
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    ...(request.scope !== undefined && { scope: request.scope }),
    state: request.state,
    code_challenge: request.challenge,
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * The code with which a user came back. Throws `invalid_request` when the sign-in was refused or is not the one that was
 * begun; nothing of the query is shown.
 */
export function readCallback(query: URLSearchParams, state: string): Secret {
  if (!equal(query.get("state") ?? "", state))
    throw refused("The sign-in that came back was not begun here.");
  const code = query.get("code") ?? "";
  if (query.get("error") !== null || code === "") throw refused("The sign-in was refused or given up.");
  return new Secret(code);
}

/** A code that is to be exchanged for tokens. */
export interface CodeExchange {
  /** Its grant and scope are not looked at: the code stands for both. */
  readonly client: Omit<OAuth2Client, "grant" | "scope">;
  readonly code: Secret;
  readonly verifier: Secret;
  readonly redirectUri: string;
  readonly fetch: DriverFetch;
}

/** Exchanges the code (RFC 6749 §4.1.3, RFC 7636 §4.5). Throws as `requestToken` does. */
export function exchangeCode({
  client,
  code,
  verifier,
  redirectUri,
  fetch,
}: CodeExchange): Promise<TokenAnswer> {
  return requestToken({
    client: { ...client, scope: undefined, grant: { type: "client_credentials" } },
    refreshToken: undefined,
    fetch,
    fields: {
      grant_type: "authorization_code",
      code: code.reveal(),
      code_verifier: verifier.reveal(),
      redirect_uri: redirectUri,
    },
  });
}

function equal(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash("sha256").update(text).digest());
  return b !== "" && x !== undefined && y !== undefined && timingSafeEqual(x, y);
}

function refused(reason: string): PenstockError {
  return new PenstockError("invalid_request", { fields: { reason } });
}
