import { createHash } from "node:crypto";
import { Secret } from "../../secrets/secret.ts";
import type { DriverFetch } from "../driver.ts";
import type { OAuth2Client } from "./oauth2-client.ts";
import type { TokenAnswer } from "./read-token.ts";
import { requestToken, type TokenDialect } from "./request-token.ts";

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
  /** The query parameter of the scope, where it is not `scope`. */
  readonly scopeParameter?: string;
  /** Comes back with the user; random, and bound to the user's session by the caller. */
  readonly state: string;
  /** Undefined for servers that refuse PKCE. */
  readonly challenge: string | undefined;
}

/** The URL of the sign-in (RFC 6749 §4.1.1, RFC 7636 §4.3). A query the endpoint has already is kept. */
export function authorizeUrlOf(request: AuthorizeRequest): string {
  const url = new URL(request.authorizeUrl);
  const { scope, scopeParameter = "scope", challenge } = request;
  const fields = {
    response_type: "code",
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    ...(scope !== undefined && { [scopeParameter]: scope }),
    state: request.state,
    ...(challenge !== undefined && { code_challenge: challenge, code_challenge_method: "S256" }),
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.href;
}

/** A code that is to be exchanged for tokens. */
export interface CodeExchange {
  /** Its grant and scope are not looked at: the code stands for both. */
  readonly client: Omit<OAuth2Client, "grant" | "scope">;
  readonly code: Secret;
  /** Undefined where the sign-in began without a challenge. */
  readonly verifier: Secret | undefined;
  readonly redirectUri: string;
  readonly fetch: DriverFetch;
  readonly dialect?: TokenDialect;
}

/** Exchanges the code (RFC 6749 §4.1.3, RFC 7636 §4.5). Throws as `requestToken` does. */
export function exchangeCode({
  client,
  code,
  verifier,
  redirectUri,
  fetch,
  dialect = {},
}: CodeExchange): Promise<TokenAnswer> {
  return requestToken({
    client: { ...client, scope: undefined, grant: { type: "client_credentials" } },
    refreshToken: undefined,
    fetch,
    dialect,
    fields: {
      grant_type: "authorization_code",
      code: code.reveal(),
      ...(verifier !== undefined && { code_verifier: verifier.reveal() }),
      redirect_uri: redirectUri,
    },
  });
}
