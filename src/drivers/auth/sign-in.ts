import type { Secret } from "../../secrets/secret.ts";
import type { Credential, DriverContext, DriverFetch, Misconfiguration } from "../driver.ts";
import type { TokenAnswer } from "./read-token.ts";

/** How an admin signs in at the vendor, who then gives the credential, instead of pasting one. */
export interface SignIn {
  /** The credential fields it fills. */
  readonly fills: readonly string[];
  /** What the provider lacks for it; undefined: it can be begun. */
  problem(context: DriverContext): Misconfiguration | undefined;
  /** Where the admin is sent. */
  authorizeUrl(context: DriverContext, request: SignInRequest): string;
  /** What `iss` must be when the admin comes back with one (RFC 9207); undefined: not known. */
  readonly issuer?: (context: DriverContext) => string | undefined;
  /** Throws `PenstockError` (`upstream_*`, `provider_misconfigured`) when the vendor gives nothing for the code. */
  exchange(context: DriverContext, code: SignInCode): Promise<SignInResult>;
}

/** What comes back with the admin, and where to. */
export interface SignInRequest {
  readonly redirectUri: string;
  readonly state: string;
  /** RFC 7636, S256. */
  readonly challenge: string;
}

/** The code that the vendor sent back with the admin, and the proof of who began. */
export interface SignInCode {
  readonly code: Secret;
  readonly verifier: Secret;
  readonly redirectUri: string;
  readonly fetch: DriverFetch;
}

/** What a sign-in gives. */
export interface SignInResult {
  readonly credential: Credential;
  /** The first tokens, where they are renewed by themselves from then on. */
  readonly tokens?: TokenAnswer;
}
