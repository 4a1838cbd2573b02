import type { KeyPlane } from "../engine/plane.ts";
import { anthropicMessages } from "../wire/anthropic-messages/protocol.ts";
import { gemini } from "../wire/gemini/protocol.ts";
import { openaiChat } from "../wire/openai-chat/protocol.ts";
import { openaiResponses } from "../wire/openai-responses/protocol.ts";
import type { Protocol } from "../wire/protocol.ts";
import type { GatewayContext } from "./gateway-context.ts";
import type { Endpoint, PathMatch } from "./path-match.ts";

/** What is under way at the edge. */
export interface Traffic {
  /** Calls whose last byte is not out yet. */
  inFlight: number;
  /** Those of them that are answered by a stream. */
  openStreams: number;
}

/** What beginning an exchange takes. */
export interface ExchangeParts extends Pick<GatewayContext, "newRequestId"> {
  readonly engine: Pick<GatewayContext["engine"], "tick">;
  readonly traffic: Traffic;
}

/** One request from its arrival until the last byte of its answer is out. */
export class Exchange {
  readonly request: Request;
  readonly match: PathMatch;
  readonly requestId: string;
  /** The dialect its answer, and its errors, are read in. */
  readonly surface: Protocol;
  /** Milliseconds of the monotonic clock at arrival. */
  readonly startedTick: number;
  /** Whose it is, once it was let in. */
  key: KeyPlane | undefined;
  /** The call's books are open: it leaves a usage record. */
  metered = false;
  readonly #traffic: Traffic;
  #streams = false;
  #over = false;

  constructor(request: Request, match: PathMatch, { engine, newRequestId, traffic }: ExchangeParts) {
    this.startedTick = engine.tick();
    this.requestId = newRequestId();
    this.request = request;
    this.match = match;
    this.surface = surfaceOf(match.endpoint, request);
    this.#traffic = traffic;
    traffic.inFlight++;
  }

  /** The answer is a stream; said before it begins. */
  beginStream(): void {
    this.#streams = true;
    this.#traffic.openStreams++;
  }

  /** The last byte is out, or the client is gone. Safe to call again. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#traffic.inFlight--;
    if (this.#streams) this.#traffic.openStreams--;
  }
}

const contentEndpoints: ReadonlySet<Endpoint> = new Set([
  "generate_content",
  "count_content_tokens",
  "embed_content",
  "batch_embed_contents",
  "content_models",
  "content_model",
]);

const responsesEndpoints: ReadonlySet<Endpoint> = new Set([
  "responses",
  "response",
  "response_input_items",
  "response_cancel",
  "count_response_tokens",
]);

/** The dialect a caller of this endpoint reads its answer, and its errors, in. */
export function surfaceOf(endpoint: Endpoint, request: Request): Protocol {
  if (endpoint === "messages" || endpoint === "count_tokens") return anthropicMessages;
  if (endpoint === "chat_completions" || endpoint === "embeddings") return openaiChat;
  if (contentEndpoints.has(endpoint)) return gemini;
  if (responsesEndpoints.has(endpoint)) return openaiResponses;
  return request.headers.has("anthropic-version") ? anthropicMessages : openaiChat;
}
