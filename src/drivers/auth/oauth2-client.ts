import type { Secret } from "../../secrets/secret.ts";

/** What an access token is got for. */
export type OAuth2Grant =
  | { readonly type: "client_credentials" }
  /** Of a sign-in by authorization code that has happened already. */
  | { readonly type: "refresh_token"; readonly refreshToken: Secret };

/** How a client proves itself to the token endpoint: in the body (most), or by HTTP Basic (RFC 6749 §2.3.1). */
export type ClientAuth = "post" | "basic";

/** A client of an authorization server. */
export interface OAuth2Client {
  /** Where tokens are got: https, or http on this machine; see `tokenUrlProblem`. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Absent for public clients. */
  readonly clientSecret: Secret | undefined;
  readonly clientAuth: ClientAuth;
  readonly grant: OAuth2Grant;
  readonly scope: string | undefined;
  /** Some servers want to be told for which API. */
  readonly audience?: string | undefined;
}

const thisMachine: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Why a client's secret cannot be sent there; undefined when it can. Whether it may be reached is the egress policy's. */
export function tokenUrlProblem(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return "the token URL is not a URL";
  const isPlain = parsed.protocol === "http:" && thisMachine.has(parsed.hostname);
  if (parsed.protocol !== "https:" && !isPlain) return "the token URL must begin with https://";
  if (parsed.username !== "" || parsed.password !== "")
    return "the token URL must not hold a user name or password";
  return parsed.hash === "" ? undefined : "the token URL must not hold a fragment";
}
