import type { VendorFacts } from "../plane/vendor-facts.ts";
import type { Secret } from "../secrets/secret.ts";
import type { EmbedOperation } from "../wire/embeddings/embedding-protocol.ts";
import type { EmbeddingRequest } from "../wire/embeddings/request.ts";
import type { EmbeddingResponse } from "../wire/embeddings/response.ts";
import type { HeaderReader } from "../wire/header-reader.ts";
import type { NeutralEvent } from "../wire/neutral/event.ts";
import type { ModelTraits } from "../wire/neutral/model-traits.ts";
import type { ProtocolId } from "../wire/neutral/protocol-id.ts";
import type { NeutralRequest } from "../wire/neutral/request.ts";
import type { Usage } from "../wire/neutral/usage.ts";
import type { Quirks } from "../wire/protocol.ts";
import type { SignIn } from "./auth/sign-in.ts";
import type { TokenKeeper } from "./auth/token-keeper.ts";

/** One field of the form an admin fills in for a provider; the console and the CLI build their forms from it. */
export interface FormField {
  /** Key in `credentials` or `options`, snake_case. */
  readonly name: string;
  readonly label: string;
  readonly type: "secret" | "text" | "url" | "boolean" | "select";
  readonly required: boolean;
  readonly help?: string;
  readonly placeholder?: string;
  readonly default?: string | boolean;
  /** For `select`. */
  readonly values?: readonly string[];
}

/** A provider's credential fields, decrypted, in memory only. */
export type Credential = Readonly<Record<string, Secret>>;

/** A provider's settings that are not secret, by the names of the driver's `optionForm`. */
export type ProviderOptions = Readonly<Record<string, string | boolean | number>>;

/** A provider's configuration as its driver sees it. */
export interface DriverContext {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly credential: Credential;
  readonly options: ProviderOptions;
  /** Keeps tokens that change by themselves; absent: in memory only. */
  readonly tokens?: TokenKeeper | undefined;
}

/** What a vendor is asked to do: answer, only count the tokens of the question, or make vectors. */
export type Operation = "generate" | "count_tokens" | EmbedOperation;

/** What is known of a call before its body is parsed. */
export interface CallShape {
  /** The protocol the client speaks. */
  readonly surface: ProtocolId;
  /** The model id the vendor knows. */
  readonly model: string;
  readonly traits: ModelTraits;
  readonly hasTools: boolean;
  /** The provider's settings. */
  readonly options: ProviderOptions;
}

/** What one call of a vendor needs besides its body. */
export interface UpstreamCall {
  readonly operation: Operation;
  /** The model id the vendor knows. */
  readonly model: string;
  readonly stream: boolean;
}

/**
 * A provider made ready to be called: everything that does not change from request to request is worked out once,
 * when a snapshot is loaded.
 */
export interface Upstream {
  readonly protocol: ProtocolId;
  readonly quirks: Quirks;
  /** Undefined: the vendor has no such operation. */
  url(call: UpstreamCall): string | undefined;
  /** Headers of every call, auth included when it does not depend on the request. Keys in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Client headers that are passed on, in lower case, e.g. `anthropic-beta`. */
  readonly forwardedHeaders: readonly string[];
  /** Fields every request gets unless it has its own; of an object, the fields it lacks. */
  readonly bodyDefaults?: Readonly<Record<string, unknown>>;
  /** The same for requests to one model, by the id the vendor knows. */
  readonly modelDefaults?: (model: string) => Upstream["bodyDefaults"];
  /** The same for requests for vectors, which take other fields. */
  readonly embeddingDefaults?: Readonly<Record<string, unknown>>;
  /** Completes the usage of a whole answer by what the vendor says of it in headers only. */
  readonly headerUsage?: (usage: Usage, headers: HeaderReader) => Usage;
  /** The vendor's dialect is one that clients of its protocol do not understand: bodies are never just forwarded. */
  readonly translated?: boolean;
  /**
   * Signs one call; for auth that depends on the bytes sent or that expires. `fetch` is there to get a token with. Throws
   * `PenstockError` when the call cannot be signed.
   */
  readonly authorize?: Authorize;
}

/** Gives the headers that sign a call. */
export interface Authorize {
  (call: OutgoingCall, fetch: DriverFetch): Promise<Readonly<Record<string, string>>>;
  /**
   * Told the headers with which the vendor answered 401: what was got for them is forgotten. True when signing the same
   * call again may give others; absent: it never does.
   */
  readonly refused?: (headers: Readonly<Record<string, string>>) => boolean;
}

/** A call as it is about to leave, for auth that signs it. */
export interface OutgoingCall {
  readonly method: "POST" | "GET" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/**
 * The transport a driver's own calls (probe, discovery) go through. It enforces the egress policy and follows no
 * redirect: a 3xx is handed back as it is. What it refuses to reach it throws as a `PenstockError`, shown as the reason.
 */
export type DriverFetch = (
  url: string,
  init: {
    headers: Readonly<Record<string, string>>;
    signal: AbortSignal;
    /** GET unless told. */
    method?: "GET" | "POST";
    body?: string;
  },
) => Promise<Response>;

/** What a probe of a credential found out. `reason` is our own fixed text, safe to show. */
export type ProbeResult =
  | { readonly status: "valid"; readonly models: number | undefined }
  /** The vendor refused the credential. */
  | { readonly status: "rejected"; readonly reason: string }
  | { readonly status: "unreachable"; readonly reason: string }
  /** The endpoint answers, but has no call that would tell. */
  | { readonly status: "unsupported"; readonly reason: string };

/** One model the vendor says the account may use; absent facts are filled from the catalog. */
export interface DiscoveredModel {
  /** The vendor's id. */
  readonly id: string;
  readonly displayName?: string;
  readonly kind?: "chat" | "embedding" | "other";
  /** Tokens. */
  readonly contextTokens?: number;
  readonly traits?: ModelTraits;
  /** What else the vendor's list says of it. */
  readonly facts?: Omit<VendorFacts, "contextTokens" | "traits">;
}

/** A model asked for in another way than by its plain name. */
export interface ModelVariant {
  /** The name without what was added. */
  readonly base: string;
  /** What the vendor reads behind the model's own id; absent: nothing. */
  readonly suffix?: string;
  /** Headers as if the client had sent them, too. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Which models have this variant; absent: all of the provider. */
  readonly fits?: (traits: ModelTraits) => boolean;
}

/** What an operator may let drivers do with what belongs to the server itself; nothing unless its settings say so. */
export type Grant = "aws_default_chain";

/** Why a provider cannot be called as it is set up; found without asking anybody. */
export interface Misconfiguration {
  /** JSON pointer to the field at fault; `/credentials` where several together are. */
  readonly path: "/base_url" | "/credentials" | `/credentials/${string}` | `/options/${string}`;
  /** In words an admin understands, the field's name among them, its value never. */
  readonly message: string;
}

/** Everything Penstock knows about one vendor. A plain value; its functions get all they need as arguments. */
export interface Driver {
  /** snake_case; the `driver` of a provider. */
  readonly id: string;
  readonly label: string;
  /** One line for the console's list. */
  readonly description: string;
  /** Protocols the vendor speaks, the recommended one first; empty for a driver that answers in process. */
  readonly protocols: readonly ProtocolId[];
  readonly credentialForm: readonly FormField[];
  readonly optionForm: readonly FormField[];
  /** Absent: the admin must give one (unless the driver answers in process). */
  readonly defaultBaseUrl?: string;
  /** The default traits of a model the catalog does not know. */
  readonly defaultTraits: ModelTraits;
  /** Whether the provider is complete enough to call the vendor: the first thing wrong when not. Never a network call. */
  misconfigured(context: DriverContext): Misconfiguration | undefined;
  /** Ready-made callers, one per protocol the driver declares. */
  prepare(context: DriverContext, protocol: ProtocolId): Upstream;
  /** Asks the vendor, by its cheapest call, whether the credential works. Fixed texts only, nothing of the vendor's body. */
  probe(context: DriverContext, fetch: DriverFetch, signal: AbortSignal): Promise<ProbeResult>;
  /** The models this account may use. Throws `PenstockError` (`upstream_*`) when the vendor cannot be asked. */
  discover(
    context: DriverContext,
    fetch: DriverFetch,
    signal: AbortSignal,
  ): Promise<readonly DiscoveredModel[]>;
  /**
   * The protocol this call should go by, for vendors that speak several and serve some calls by one of them only.
   * Undefined: the client's own where the vendor speaks it, else the first.
   */
  readonly prefer?: (call: CallShape) => ProtocolId | undefined;
  /** What a name asks for that is a model's with something added; absent: this vendor's clients use no such names. */
  readonly variant?: (name: string, options: ProviderOptions) => ModelVariant | undefined;
  /** The driver as it is under these grants; absent: no grant changes anything. Called once, at start. */
  readonly granted?: (grants: ReadonlySet<Grant>) => Driver;
  /** Absent: the vendor's credential is pasted. */
  readonly signIn?: SignIn;
  /** Answers in process; only for drivers without protocols. `signal` ends it early. */
  readonly respond?: (request: NeutralRequest, context: RespondContext) => AsyncIterable<NeutralEvent>;
  /** In-process token count for drivers without protocols. */
  readonly countTokens?: (request: NeutralRequest) => number;
  /** In-process vectors for drivers without protocols; no network call. */
  readonly embed?: (request: EmbeddingRequest) => EmbeddingResponse;
}

/** What an in-process answer needs besides the request: drivers have neither clock nor randomness of their own. */
export interface RespondContext {
  readonly requestId: string;
  /** Unix seconds. */
  readonly created: number;
  readonly signal: AbortSignal;
}

/** Identity, for the type: a driver file exports `defineDriver({...})` as its default. */
export function defineDriver(driver: Driver): Driver {
  return driver;
}
