import type { KeyPlane } from "../engine/plane.ts";
import { PenstockError, toPenstockError } from "../errors/penstock-error.ts";
import { anthropicMessages } from "../wire/anthropic-messages/protocol.ts";
import { gemini } from "../wire/gemini/protocol.ts";
import { openaiChat } from "../wire/openai-chat/protocol.ts";
import { openaiResponses } from "../wire/openai-responses/protocol.ts";
import type { Protocol } from "../wire/protocol.ts";
import { invalid } from "../wire/read-json.ts";
import { authenticate } from "./authenticate.ts";
import { errorResponse, requestIdHeaders } from "./error-response.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { createGenerations } from "./generation/create-generations.ts";
import type { GenerationStats } from "./generation/generations.ts";
import { isClientPath, matchPath } from "./match-path.ts";
import type { Endpoint, PathMatch } from "./path-match.ts";
import { type Admitted, type EdgeContext, goneResponse, isClientGone, serveCall } from "./serve-call.ts";
import { serveKept } from "./serve-kept.ts";
import { type SplitUrl, splitUrl } from "./split-url.ts";
import { getContentModel, listContentModels } from "./surfaces/content-models.ts";
import { healthz, readyz } from "./surfaces/health.ts";
import { getModel, listModels } from "./surfaces/models.ts";
import { serveResponse } from "./surfaces/responses.ts";
import { isUnservedVerb, unservedVerb, unservedWhat } from "./unserved.ts";

/** The HTTP edge of the data plane. */
export interface Gateway {
  /** Undefined: the path is not the gateway's. */
  handle(request: Request): Promise<Response> | undefined;
  /** Calls whose last byte is not out yet. */
  inFlight(): number;
  /** Those of them that are answered by a stream. */
  openStreams(): number;
  /** From now on new calls are refused with 503; those in flight go on. */
  drain(): void;
  /** Calls that outlive their clients. */
  generations(): GenerationStats;
  /** Cuts calls whose clients have left, now and from now on; resolves when their books are closed, within a second. */
  cutOrphans(): Promise<void>;
}

/** Allowed methods, as the `allow` header lists them. */
const methods: Record<Endpoint, string> = {
  chat_completions: "POST",
  responses: "POST",
  response: "GET, DELETE",
  response_input_items: "GET",
  response_cancel: "POST",
  count_response_tokens: "POST",
  messages: "POST",
  count_tokens: "POST",
  generate_content: "POST",
  count_content_tokens: "POST",
  embeddings: "POST",
  embed_content: "POST",
  batch_embed_contents: "POST",
  content_models: "GET",
  content_model: "GET",
  models: "GET",
  model: "GET",
};

/** Lists of models, and single ones, by the dialect the path belongs to. */
const listings = {
  models: listModels,
  model: getModel,
  content_models: listContentModels,
  content_model: getContentModel,
};

/** The gateway over one engine. Bare handlers on purpose: see docs/adr/0005. */
export function createGateway(context: GatewayContext): Gateway {
  const generations = createGenerations(context);
  const edge: EdgeContext = { ...context, generations };
  let draining = false;
  let inFlight = 0;
  let openStreams = 0;

  async function answer(request: Request, url: SplitUrl, match: PathMatch): Promise<Response> {
    const startedTick = context.engine.tick();
    const requestId = context.newRequestId();
    const surface = surfaceOf(match.endpoint, request);
    let ended = false;
    let streams = 0;
    const onEnd = () => {
      if (ended) return;
      ended = true;
      inFlight--;
      openStreams -= streams;
    };
    const onStream = () => {
      streams = 1;
      openStreams++;
    };
    inFlight++;
    let key: KeyPlane | undefined;
    let metered = false;
    const onMetered = () => {
      metered = true;
    };
    try {
      const plane = context.plane();
      if (draining || plane === undefined) throw new PenstockError("shutting_down", { retryAfterMs: 1000 });
      const allowed = methods[match.endpoint];
      if (allowed !== request.method && !allowed.split(", ").includes(request.method)) {
        if (isUnservedVerb(match)) throw new PenstockError("not_found", { fields: { what: unservedVerb } });
        throw new PenstockError("method_not_allowed", { fields: { method: request.method, allowed } });
      }
      key = authenticate(request.headers, url, {
        plane,
        digestKey: context.digestKey,
        now: context.now(),
      });
      if (match.problem !== undefined) invalid("model", match.problem);
      return await serve(
        { request, requestId, match, key, startedTick, onMetered, onStream, onEnd },
        surface,
      );
    } catch (error) {
      onEnd();
      // A request that is cut off while it is read fails in ways that are nobody's fault.
      if (isClientGone(error) || request.signal.aborted) return goneResponse();
      const failure = toPenstockError(error);
      if (failure.code === "internal") context.onInternalError(failure.cause, requestId);
      if (!metered) {
        const { code, status } = failure;
        context.onRefused?.({ requestId, surface: surface.id, code, status, key });
      }
      return errorResponse(failure, surface, requestId);
    }
  }

  function serve(admitted: Admitted, surface: Protocol): Response | Promise<Response> {
    const { match, key, request, requestId } = admitted;
    switch (match.endpoint) {
      case "chat_completions":
      case "responses":
      case "messages":
      case "generate_content":
        return serveCall(edge, admitted, { surface, operation: "generate" });
      case "count_tokens":
      case "count_content_tokens":
      case "count_response_tokens":
        return serveCall(edge, admitted, { surface, operation: "count_tokens" });
      case "embeddings":
      case "embed_content":
        return serveCall(edge, admitted, { surface, operation: "embed" });
      case "batch_embed_contents":
        return serveCall(edge, admitted, { surface, operation: "embed_batch" });
      case "response":
      case "response_input_items":
      case "response_cancel":
        return serveStored(admitted, surface);
      case "models":
      case "model":
      case "content_models":
      case "content_model": {
        const body = listings[match.endpoint](key, match, request);
        admitted.onEnd();
        return Response.json(body, { headers: requestIdHeaders(requestId) });
      }
    }
  }

  async function serveStored(admitted: Admitted, surface: Protocol): Promise<Response> {
    const { match, key, request, requestId } = admitted;
    const body = await serveResponse(context.engine.turns, { key, match, request, surface });
    if (body === undefined) return serveKept(edge, admitted, surface);
    admitted.onEnd();
    return Response.json(body, { headers: requestIdHeaders(requestId) });
  }

  return {
    handle(request) {
      const url = splitUrl(request.url);
      if (url.path === "/healthz") return Promise.resolve(healthz());
      if (url.path === "/readyz") return readyz(context, draining);
      const match = matchPath(url.path);
      if (match !== undefined) return answer(request, url, match);
      return url.pathToken !== undefined || isClientPath(url.path)
        ? Promise.resolve(unknownPath(request, context))
        : undefined;
    },
    inFlight: () => inFlight,
    openStreams: () => openStreams,
    drain() {
      draining = true;
    },
    generations: () => generations.stats(),
    cutOrphans: () => generations.close(),
  };
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
function surfaceOf(endpoint: Endpoint, request: Request): Protocol {
  if (endpoint === "messages" || endpoint === "count_tokens") return anthropicMessages;
  if (endpoint === "chat_completions" || endpoint === "embeddings") return openaiChat;
  if (contentEndpoints.has(endpoint)) return gemini;
  if (responsesEndpoints.has(endpoint)) return openaiResponses;
  return request.headers.has("anthropic-version") ? anthropicMessages : openaiChat;
}

/** A path that looks like the gateway's and is none, e.g. under `/u/{token}`; nothing of it is said back. */
function unknownPath(request: Request, { newRequestId, onRefused }: GatewayContext): Response {
  const requestId = newRequestId();
  const { path } = splitUrl(request.url);
  const surface = /^\/(upload\/)?v1(alpha|beta)\//.test(path) ? gemini : surfaceOf("model", request);
  const error = new PenstockError("not_found", { fields: { what: unservedWhat(path) } });
  const { code, status } = error;
  onRefused?.({ requestId, surface: surface.id, code, status, key: undefined });
  return errorResponse(error, surface, requestId);
}
