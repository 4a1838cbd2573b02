import type { Operation } from "../drivers/driver.ts";
import type { Call, Outcome, StreamOutcome } from "../engine/call.ts";
import { execute, type Running } from "../engine/execute.ts";
import type { KeyPlane } from "../engine/plane.ts";
import { ClientGone } from "../engine/send.ts";
import { WaitClock } from "../engine/wait-clock.ts";
import { toPenstockError } from "../errors/penstock-error.ts";
import type { Protocol } from "../wire/protocol.ts";
import { addRequestId } from "./error-response.ts";
import type { GatewayContext } from "./gateway-context.ts";
import type { Generations } from "./generation/generations.ts";
import { arrayKeepalive, jsonArraySource } from "./json-array-source.ts";
import { lateSource } from "./late-source.ts";
import type { PathMatch } from "./path-match.ts";
import { readBody } from "./read-body.ts";
import { streamResponse } from "./stream-response.ts";

/** What serving a call takes. */
export interface EdgeContext extends GatewayContext {
  /** Calls that outlive their clients. */
  readonly generations: Generations;
}

/** A request that was let in. */
export interface Admitted {
  readonly request: Request;
  readonly requestId: string;
  readonly match: PathMatch;
  readonly key: KeyPlane;
  /** Milliseconds of the monotonic clock at arrival. */
  readonly startedTick: number;
  /** Called when the call's books are open: from here on it leaves a usage record. */
  readonly onMetered: () => void;
  /** Called when the answer is a stream, before it begins. */
  readonly onStream: () => void;
  /** Called once, when the last byte is out. */
  readonly onEnd: () => void;
}

export interface ServeCallOptions {
  readonly surface: Protocol;
  readonly operation: Operation;
}

/**
 * Runs one model call and answers it.
 *
 * @throws PenstockError for everything that goes wrong before the answer has begun.
 */
export async function serveCall(
  context: EdgeContext,
  admitted: Admitted,
  options: ServeCallOptions,
): Promise<Response> {
  const { request, requestId, match, key } = admitted;
  const { headers } = request;
  const waits = new WaitClock(context.engine.tick);
  const call: Call = {
    requestId,
    startedAt: context.now(),
    startedTick: admitted.startedTick,
    waits,
    key,
    surface: options.surface,
    operation: options.operation,
    body: await waits.during(readBody(request, context.bodyLimit)),
    provider: match.provider,
    pathModel: match.model,
    pathStream: match.stream,
    strict: headers.get("x-penstock-strict")?.toLowerCase() === "true",
    headers,
    signal: request.signal,
  };
  const { stream, outcome, replayOf, early: known } = run();
  const early = stream ? await orAfter(context, outcome) : await outcome;
  if (early === "waiting") {
    // The vendor is silent: begin the stream, so that nothing between us and the client takes it for dead.
    const source = lateSource(outcome, call, context.onInternalError);
    return stream200({ kind: "stream", headers: { ...known?.() }, source }, { overdue: true });
  }
  return early.kind === "stream" ? stream200(early) : bodyResponse(early);

  function run(): Running & { readonly replayOf?: string | undefined } {
    const policy = key.config.onDisconnect;
    if (policy === undefined || policy === "cancel") {
      admitted.onMetered();
      return execute(context.engine, call);
    }
    const joined = context.generations.find(call, request);
    if (joined === undefined) {
      admitted.onMetered();
      return context.generations.run(call, request);
    }
    return joined;
  }

  function withOwnHeaders(headers: Record<string, string>): Record<string, string> {
    addRequestId(headers, requestId);
    if (replayOf === undefined) return headers;
    headers["x-penstock-idempotent-replay"] = "true";
    headers["x-penstock-original-request-id"] = replayOf;
    return headers;
  }

  function stream200({ headers: told, source }: StreamOutcome, { overdue = false } = {}): Response {
    admitted.onStream();
    const isArray = wantsArray(match, request);
    const headers = withOwnHeaders(told);
    headers["content-type"] = isArray
      ? "application/json; charset=utf-8"
      : "text/event-stream; charset=utf-8";
    headers["cache-control"] = "no-cache";
    headers["x-accel-buffering"] = "no";
    return streamResponse({
      source: isArray ? jsonArraySource(source) : source,
      headers,
      signal: request.signal,
      keepalive: isArray ? arrayKeepalive : options.surface.keepalive,
      keepaliveMs: context.keepaliveMs,
      overdue,
      watchdog: context.engine.watchdog,
      waits,
      onEnd: admitted.onEnd,
    });
  }

  function bodyResponse(answer: Extract<Outcome, { kind: "body" }>): Response {
    admitted.onEnd();
    const headers = withOwnHeaders(answer.headers);
    headers["content-type"] = "application/json";
    return new Response(answer.body, { headers });
  }
}

/** Google's API streams one JSON array unless the caller asks for events. */
function wantsArray({ endpoint }: PathMatch, { url }: Request): boolean {
  return endpoint === "generate_content" && new URL(url).searchParams.get("alt") !== "sse";
}

/** The outcome, or `waiting` when it takes longer than the keepalive interval. */
function orAfter(context: GatewayContext, outcome: Promise<Outcome>): Promise<Outcome | "waiting"> {
  return new Promise((resolve, reject) => {
    const watch = context.engine.watchdog.watch(context.keepaliveMs, () => resolve("waiting"));
    outcome.then(
      (value) => {
        watch.stop();
        resolve(value);
      },
      (error: unknown) => {
        watch.stop();
        reject(error);
      },
    );
  });
}

/** Nobody reads this answer; it only ends the exchange. */
export function goneResponse(): Response {
  return new Response(null, { status: 499 });
}

/** Whether the failure only means that the client left. */
export function isClientGone(error: unknown): boolean {
  return error instanceof ClientGone || toPenstockError(error).cause instanceof ClientGone;
}
