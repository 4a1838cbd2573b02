import { playBody } from "./play-body.ts";
import { readRecordedEvents, readRecording } from "./recording.ts";
import type { Pace, ScriptedReply } from "./scripted-reply.ts";

/** One request as the mock received it. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The body's text, as it came. */
  readonly text: string;
  /** The parsed body; undefined when there was none or it was not JSON. */
  readonly body: unknown;
  /** Resolves when the client goes away before the whole answer was sent, with the time of `performance.now()`. */
  readonly aborted: Promise<number>;
  /** Whether `aborted` has resolved. */
  readonly isAborted: boolean;
}

/** What a vendor makes of a request: its reply, before pace and framing. */
export type VendorAnswer = Omit<ScriptedReply, "unchecked">;

/** The part of a mock that differs by vendor. */
export interface VendorBehaviour {
  /** The vendor's own check of the request; the refusal, or undefined when the request is fine. */
  check(request: RecordedRequest): VendorAnswer | undefined;
  /** The vendor's own answer to a request that passed the check. */
  answer(request: RecordedRequest): VendorAnswer;
  /** Headers of every reply. */
  headers(): Readonly<Record<string, string>>;
  /** One payload as the bytes of the stream. */
  frame(payload: string): string;
  /** The content type of its streams; server-sent events unless told. */
  readonly streamType?: string;
  /** What a recorded stream ends with that is not in the file. */
  readonly recordedEnd?: string;
}

/** A mock vendor that runs. */
export interface MockVendor {
  /** The origin, without a trailing slash. */
  readonly url: string;
  readonly apiKey: string;
  /** Every request so far, refused ones included. */
  readonly requests: readonly RecordedRequest[];
  /** The last request; throws when there was none. */
  lastRequest(): RecordedRequest;
  /** Scripts the answers of the next requests, in order; when they are used up the mock answers by itself again. */
  reply(...replies: readonly (ScriptedReply | ((request: RecordedRequest) => ScriptedReply))[]): void;
  /** Answers every request so whose answer is not scripted by `reply`; undefined: the mock answers by itself again. */
  answerAll(reply: ((request: RecordedRequest) => ScriptedReply) | undefined): void;
  /** Resolves with the next request that arrives. */
  nextRequest(): Promise<RecordedRequest>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where a mock listens: on a free port of the loopback interface unless told. */
export interface Listen {
  readonly port?: number | undefined;
  readonly hostname?: string | undefined;
}

export interface MockServerOptions {
  readonly apiKey: string;
  readonly behaviour: VendorBehaviour;
  readonly listen?: Listen | undefined;
}

/** Starts a vendor. */
export function startMockServer({ apiKey, behaviour, listen }: MockServerOptions): MockVendor {
  let always: ((request: RecordedRequest) => ScriptedReply) | undefined;
  const requests: RecordedRequest[] = [];
  const scripted: (ScriptedReply | ((request: RecordedRequest) => ScriptedReply))[] = [];
  const waiting: ((request: RecordedRequest) => void)[] = [];
  const server = Bun.serve({
    port: listen?.port ?? 0,
    hostname: listen?.hostname ?? "127.0.0.1",
    idleTimeout: 0,
    maxRequestBodySize: 64 * 1024 * 1024,
    development: false,
    async fetch(incoming) {
      const request = await recordRequest(incoming);
      requests.push(request);
      for (const resolve of waiting.splice(0)) resolve(request);
      const script = takeScript(request);
      const refusal = script?.unchecked === true ? undefined : behaviour.check(request);
      return respond(refusal ?? script ?? behaviour.answer(request), behaviour);
    },
  });

  function takeScript(request: RecordedRequest): ScriptedReply | undefined {
    // Lists of models and other reads are not what a test scripts.
    if (request.method !== "POST") return undefined;
    const next = scripted.shift() ?? always;
    return typeof next === "function" ? next(request) : next;
  }

  return {
    url: `http://127.0.0.1:${server.port}`,
    apiKey,
    requests,
    lastRequest() {
      const last = requests.at(-1);
      if (last === undefined) throw new Error("the mock vendor has not been called");
      return last;
    },
    reply: (...replies) => void scripted.push(...replies),
    answerAll: (reply) => {
      always = reply;
    },
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => server.stop(true),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

async function recordRequest(incoming: Request): Promise<RecordedRequest> {
  let isAborted = false;
  const aborted = new Promise<number>((resolve) => {
    incoming.signal.addEventListener("abort", () => {
      isAborted = true;
      resolve(performance.now());
    });
  });
  const { pathname, searchParams } = new URL(incoming.url);
  const text = await incoming.text();
  return {
    method: incoming.method,
    path: pathname,
    query: searchParams,
    headers: new Headers(incoming.headers),
    text,
    body: parse(text),
    aborted,
    get isAborted() {
      return isAborted;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function respond(reply: ScriptedReply, behaviour: VendorBehaviour): Promise<Response> {
  const pace: Pace = reply.pace ?? {};
  if (pace.delayMs !== undefined) await early(pace.until, Bun.sleep(pace.delayMs));
  const { bytes, type } = await bodyOf(reply, behaviour);
  const isPaced = Object.keys(pace).some((key) => key !== "delayMs" && key !== "until");
  return new Response(isPaced ? playBody(bytes, pace) : bytes, {
    status: reply.status ?? 200,
    headers: { "content-type": type, ...behaviour.headers(), ...reply.headers },
  });
}

async function early(end: Promise<unknown> | undefined, late: Promise<unknown>): Promise<void> {
  await (end === undefined ? late : Promise.race([end, late]));
}

interface Body {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

async function bodyOf(reply: ScriptedReply, behaviour: VendorBehaviour): Promise<Body> {
  if (reply.body !== undefined) {
    const bytes = typeof reply.body === "string" ? encode(reply.body) : new Uint8Array(reply.body);
    return { bytes, type: "text/html" };
  }
  if (reply.recording !== undefined) {
    if (reply.recording.endsWith(".json")) return whole(await readRecording(reply.recording));
    const payloads = await readRecordedEvents(reply.recording);
    return streamed(
      payloads.map((payload) => behaviour.frame(payload)).join("") + (behaviour.recordedEnd ?? ""),
      behaviour.streamType,
    );
  }
  if (reply.events !== undefined) {
    const payloads = reply.events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
    return streamed(payloads.map((payload) => behaviour.frame(payload)).join(""), behaviour.streamType);
  }
  return whole(reply.json === undefined ? "" : JSON.stringify(reply.json));
}

const whole = (text: string): Body => ({ bytes: encode(text), type: "application/json" });
const streamed = (text: string, type = "text/event-stream; charset=utf-8"): Body => ({
  bytes: encode(text),
  type,
});

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
