import type { Operation } from "../drivers/driver.ts";
import type { BodyOutcome, Call, Outcome, StreamOutcome } from "../engine/call.ts";
import { execute, type Running } from "../engine/execute.ts";
import type { KeyPlane } from "../engine/plane.ts";
import { WaitClock } from "../engine/wait-clock.ts";
import { addRequestId } from "./error-response.ts";
import type { Exchange, Traffic } from "./exchange.ts";
import type { GatewayContext } from "./gateway-context.ts";
import type { Generations, JoinedRun } from "./generation/generations.ts";
import { arrayKeepalive, jsonArraySource } from "./json-array-source.ts";
import { lateSource } from "./late-source.ts";
import type { PathMatch } from "./path-match.ts";
import { readBody } from "./read-body.ts";
import { streamResponse } from "./stream-response.ts";

/** What serving a call takes. */
export interface EdgeContext extends GatewayContext {
  /** Calls that outlive their clients. */
  readonly generations: Generations;
  readonly traffic: Traffic;
}

/** A call that is on its way: a generation that was joined says whose it is. */
type Served = Running & Partial<Pick<JoinedRun, "replayOf">>;

/** One model call at the edge. In three steps, so that whoever awaits them needs no async function in between. */
export class ServedCall {
  readonly #context: EdgeContext;
  readonly #exchange: Exchange;
  readonly #operation: Operation;
  readonly #waits: WaitClock;
  #call: Call | undefined;
  #served: Served | undefined;

  constructor(context: EdgeContext, exchange: Exchange, operation: Operation) {
    this.#context = context;
    this.#exchange = exchange;
    this.#operation = operation;
    this.#waits = new WaitClock(context.engine.tick);
  }

  /** The client's body; what `readBody` throws and rejects with ends the call. */
  readBody(): Promise<Uint8Array> {
    this.#waits.begin();
    return readBody(this.#exchange.request, this.#context.bodyLimit);
  }

  /**
   * Runs the call; `waiting` when a stream is wanted and the vendor is silent for longer than the keepalive interval.
   *
   * @throws PenstockError for everything that goes wrong before the answer has begun; also rejects with it.
   */
  run(key: KeyPlane, body: Uint8Array): Promise<Outcome | "waiting"> {
    this.#waits.end();
    const { request, requestId, match, startedTick, surface } = this.#exchange;
    const { headers } = request;
    const call: Call = {
      requestId,
      startedAt: this.#context.now(),
      startedTick,
      waits: this.#waits,
      key,
      surface,
      operation: this.#operation,
      body,
      provider: match.provider,
      pathModel: match.model,
      pathStream: match.stream,
      strict: headers.get("x-penstock-strict")?.toLowerCase() === "true",
      headers,
      signal: request.signal,
    };
    this.#call = call;
    const served = this.#serve(call);
    this.#served = served;
    return served.stream ? orAfter(this.#context, served.outcome) : served.outcome;
  }

  /** What `run` led to as the client reads it. */
  respond(outcome: Outcome | "waiting"): Response {
    if (outcome === "waiting") return this.#waitingResponse();
    return outcome.kind === "stream" ? this.#streamResponse(outcome, false) : this.#bodyResponse(outcome);
  }

  #serve(call: Call): Served {
    const { generations, engine } = this.#context;
    const { request } = this.#exchange;
    const policy = call.key.config.onDisconnect;
    const outlives = policy !== undefined && policy !== "cancel";
    const joined = outlives ? generations.find(call, request) : undefined;
    if (joined !== undefined) return joined;
    this.#exchange.metered = true;
    return outlives ? generations.run(call, request) : execute(engine, call);
  }

  /** The vendor is silent: begins the stream, so that nothing between us and the client takes it for dead. */
  #waitingResponse(): Response {
    const call = this.#call;
    const served = this.#served;
    if (call === undefined || served === undefined) throw new TypeError("the call does not run");
    const source = lateSource(served.outcome, call, this.#context.onInternalError);
    const headers = { ...served.early?.limitHeaders };
    return this.#streamResponse({ kind: "stream", headers, source }, true);
  }

  #streamResponse({ headers, source }: StreamOutcome, overdue: boolean): Response {
    const exchange = this.#exchange;
    const { request, match, surface } = exchange;
    exchange.beginStream();
    const isArray = wantsArray(match, request);
    this.#addHeaders(headers);
    headers["content-type"] = isArray
      ? "application/json; charset=utf-8"
      : "text/event-stream; charset=utf-8";
    headers["cache-control"] = "no-cache";
    headers["x-accel-buffering"] = "no";
    return streamResponse({
      source: isArray ? jsonArraySource(source) : source,
      headers,
      signal: request.signal,
      keepalive: isArray ? arrayKeepalive : surface.keepalive,
      keepaliveMs: this.#context.keepaliveMs,
      overdue,
      watchdog: this.#context.engine.watchdog,
      waits: this.#waits,
      exchange,
    });
  }

  #bodyResponse({ headers, body }: BodyOutcome): Response {
    this.#exchange.end();
    this.#addHeaders(headers);
    headers["content-type"] = "application/json";
    return new Response(body, { headers });
  }

  #addHeaders(headers: Record<string, string>): void {
    addRequestId(headers, this.#exchange.requestId);
    const replayOf = this.#served?.replayOf;
    if (replayOf === undefined) return;
    headers["x-penstock-idempotent-replay"] = "true";
    headers["x-penstock-original-request-id"] = replayOf;
  }
}

/** Google's API streams one JSON array unless the caller asks for events. */
function wantsArray({ endpoint }: PathMatch, { url }: Request): boolean {
  return endpoint === "generate_content" && new URL(url).searchParams.get("alt") !== "sse";
}

/** The outcome, or `waiting` when it takes longer than the keepalive interval. */
function orAfter(
  { engine, keepaliveMs }: GatewayContext,
  outcome: Promise<Outcome>,
): Promise<Outcome | "waiting"> {
  const { promise, resolve } = Promise.withResolvers<Outcome | "waiting">();
  const watch = engine.watchdog.watch(keepaliveMs, () => resolve("waiting"));
  const settle = () => {
    watch.stop();
    resolve(outcome);
  };
  outcome.then(settle, settle);
  return promise;
}
