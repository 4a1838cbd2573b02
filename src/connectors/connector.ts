import type { ClientAuth } from "../drivers/auth/oauth2-client.ts";
import type { TokenAnswer } from "../drivers/auth/read-token.ts";
import type { FormField } from "../drivers/driver.ts";

/** Settings of a connection or of an OAuth client, by the names of a form; never a secret. */
export type ConnectorOptions = Readonly<Record<string, string>>;

/** A credential as a connector sees it: a value that a header is made of, revealed where it is sent. */
export interface RevealedValue {
  reveal(): string;
}

/** What a call of the service is made with. */
export interface ConnectorContext {
  /** The fields of `credentialForm`, or `access_token` of a sign-in. */
  readonly credential: Readonly<Record<string, RevealedValue>>;
  /** With the defaults of `optionForm`. */
  readonly options: ConnectorOptions;
}

/** Whose credential it is, as far as the service says. */
export interface Identity {
  readonly accountId?: string | undefined;
  readonly accountName?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** An answer of the service with a status of 2xx. */
export interface ServiceAnswer {
  readonly headers: Headers;
  /** Undefined when it is not JSON. */
  readonly body: unknown;
}

/** The cheapest call that says whose a credential is. */
export interface WhoAmI {
  /** A GET unless told. */
  readonly method?: "GET" | "POST";
  url(options: ConnectorOptions): string;
  /** `refused` for services that refuse with status 200; undefined when the answer is not the service's. */
  read(answer: ServiceAnswer): Identity | "refused" | undefined;
}

/** Signing in at the service (RFC 6749, authorization code) as a client that the org registered there. */
export interface ConnectorOAuth {
  /** What an admin gives besides client id and secret; those named as in `optionForm` go to the connections made. */
  readonly clientForm: readonly FormField[];
  endpoints(options: ConnectorOptions): OAuthEndpoints;
  clientAuth(options: ConnectorOptions): ClientAuth;
  /** Asked for unless the admin says otherwise. */
  readonly scopes: readonly string[];
  readonly scopeSeparator: " " | ",";
  /** The query parameter of the scopes; `scope` unless told. */
  readonly scopeParameter?: (options: ConnectorOptions) => string;
  /** False where the service refuses PKCE; it is used unless told. */
  readonly pkce?: (options: ConnectorOptions) => boolean;
  /** For token answers that are not those of RFC 6749 §5.1. */
  readonly readToken?: (body: unknown, options: ConnectorOptions) => TokenAnswer | undefined;
  /** Error codes of the token endpoint that refuse the client or its grant, beyond those of RFC 6749. */
  readonly refusals?: readonly string[];
}

/** Where a service has its users sign in. */
export interface OAuthEndpoints {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** What `iss` must be when the user comes back with one (RFC 9207); undefined: not known. */
  readonly issuer?: string | undefined;
}

/** Everything Penstock knows about one external service that a user may connect. A plain value. */
export interface Connector {
  /** snake_case. */
  readonly id: string;
  readonly label: string;
  /** One line for the list. */
  readonly description: string;
  /** What a user fills in to connect by a key. */
  readonly credentialForm: readonly FormField[];
  readonly optionForm: readonly FormField[];
  /** Absent: by a key only. */
  readonly oauth?: ConnectorOAuth;
  /** Headers of every call, the credential among them; keys in lower case. */
  headers(context: ConnectorContext): Readonly<Record<string, string>>;
  readonly whoAmI: WhoAmI;
}

/** The one value that services with a single secret are called with. */
export function tokenOf({ credential }: ConnectorContext, field: string): string {
  return (credential[field] ?? credential.access_token)?.reveal() ?? "";
}
