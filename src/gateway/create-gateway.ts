import type { Operation } from "../drivers/driver.ts";
import type { KeyPlane } from "../engine/plane.ts";
import { ClientGone } from "../engine/send.ts";
import { PenstockError, toPenstockError } from "../errors/penstock-error.ts";
import { gemini } from "../wire/gemini/protocol.ts";
import { invalid } from "../wire/read-json.ts";
import { authenticate } from "./authenticate.ts";
import { errorResponse, requestIdHeaders } from "./error-response.ts";
import { Exchange, surfaceOf, type Traffic } from "./exchange.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { createGenerations } from "./generation/create-generations.ts";
import type { GenerationStats } from "./generation/generations.ts";
import { isClientPath, matchPath } from "./match-path.ts";
import type { Endpoint } from "./path-match.ts";
import { serveKept } from "./serve-kept.ts";
import { type EdgeContext, ServedCall } from "./served-call.ts";
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
const listings: Partial<Record<Endpoint, typeof listModels>> = {
  models: listModels,
  model: getModel,
  content_models: listContentModels,
  content_model: getContentModel,
};

/** What calls of models ask for; the other endpoints are served here. */
const operations: Partial<Record<Endpoint, Operation>> = {
  chat_completions: "generate",
  responses: "generate",
  messages: "generate",
  generate_content: "generate",
  count_tokens: "count_tokens",
  count_content_tokens: "count_tokens",
  count_response_tokens: "count_tokens",
  embeddings: "embed",
  embed_content: "embed",
  batch_embed_contents: "embed_batch",
};

/** The gateway over one engine. Bare handlers on purpose: see docs/adr/0005. */
export function createGateway(context: GatewayContext): Gateway {
  const generations = createGenerations(context);
  const traffic: Traffic = { inFlight: 0, openStreams: 0 };
  const edge: EdgeContext = { ...context, generations, traffic };
  let draining = false;

  async function answer(exchange: Exchange, url: SplitUrl): Promise<Response> {
    try {
      const key = admit(exchange, url);
      const operation = operations[exchange.match.endpoint];
      if (operation === undefined) return await serveOther(exchange, key);
      const call = new ServedCall(edge, exchange, operation);
      const body = await call.readBody();
      return call.respond(await call.run(key, body));
    } catch (error) {
      return failed(exchange, error);
    }
  }

  /** Whose request it is. */
  function admit(exchange: Exchange, url: SplitUrl): KeyPlane {
    const { match, request } = exchange;
    if (draining || context.plane() === undefined)
      throw new PenstockError("shutting_down", { retryAfterMs: 1000 });
    const allowed = methods[match.endpoint];
    if (allowed !== request.method && !allowed.split(", ").includes(request.method)) {
      if (isUnservedVerb(match)) throw new PenstockError("not_found", { fields: { what: unservedVerb } });
      throw new PenstockError("method_not_allowed", { fields: { method: request.method, allowed } });
    }
    const key = authenticate(request.headers, url, context);
    exchange.key = key;
    if (match.problem !== undefined) invalid("model", match.problem);
    return key;
  }

  function failed(exchange: Exchange, error: unknown): Response {
    const { request, requestId, surface, key, metered } = exchange;
    exchange.end();
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

  /** What is asked of models and of stored answers. */
  async function serveOther(exchange: Exchange, key: KeyPlane): Promise<Response> {
    const { match, request, requestId, surface } = exchange;
    const listing = listings[match.endpoint];
    const body =
      listing === undefined
        ? await serveResponse(context.engine.turns, { key, match, request, surface })
        : listing(key, match, request);
    if (body === undefined) return serveKept(edge, exchange, key);
    exchange.end();
    return Response.json(body, { headers: requestIdHeaders(requestId) });
  }

  return {
    handle(request) {
      const url = splitUrl(request.url);
      if (url.path === "/healthz") return Promise.resolve(healthz());
      if (url.path === "/readyz") return readyz(context, draining);
      const match = matchPath(url.path);
      if (match !== undefined) return answer(new Exchange(request, match, edge), url);
      return url.pathToken !== undefined || isClientPath(url.path)
        ? Promise.resolve(unknownPath(request, context))
        : undefined;
    },
    inFlight: () => traffic.inFlight,
    openStreams: () => traffic.openStreams,
    drain() {
      draining = true;
    },
    generations: () => generations.stats(),
    cutOrphans: () => generations.close(),
  };
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

/** Nobody reads this answer; it only ends the exchange. */
function goneResponse(): Response {
  return new Response(null, { status: 499 });
}

/** Whether the failure only means that the client left. */
function isClientGone(error: unknown): boolean {
  return error instanceof ClientGone || toPenstockError(error).cause instanceof ClientGone;
}
