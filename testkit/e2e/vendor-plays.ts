import type { Play, RawExchange } from "../raw-vendor.ts";
import { canary, type WireAnswer, wireAnswer } from "./wire-answers.ts";

const crlf = "\r\n";

/** Status line and headers. */
export function headOf(status: number, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}${crlf}`);
  return `HTTP/1.1 ${status} Some Words${crlf}${lines.join("")}${crlf}`;
}

/** One chunk of a chunked body. */
export const chunkOf = (text: string) => `${Buffer.byteLength(text).toString(16)}${crlf}${text}${crlf}`;
/** What ends one. */
export const lastChunk = `0${crlf}${crlf}`;
/** A whole answer of a length that is told. */
export const withLength = (status: number, type: string, body: string) =>
  headOf(status, { "content-type": type, "content-length": Buffer.byteLength(body) }) + body;

/** The head of a stream. */
export const streamHead = headOf(200, {
  "content-type": "text/event-stream; charset=utf-8",
  "transfer-encoding": "chunked",
});

/** The answer as it should be. */
export const answered: Play = (exchange) => {
  const { stream, begin, content, end, whole } = wireAnswer(exchange);
  const all = [...begin, ...content, ...end].map(chunkOf).join("");
  return exchange.write(stream ? streamHead + all + lastChunk : withLength(200, "application/json", whole));
};

/** Refuses with a body that repeats the credential. */
export const refusing =
  (status: number, headers: Readonly<Record<string, string>> = {}): Play =>
  (exchange) => {
    const type = status === 429 ? "rate_limit_error" : "server_error";
    const body = JSON.stringify({ error: { message: `No, ${canary}`, type } });
    const length = Buffer.byteLength(body);
    const more = { "content-type": "application/json", "content-length": length, ...headers };
    return exchange.write(headOf(status, more) + body);
  };

/** A page of whoever stands in between. */
export const page: Play = (exchange) =>
  exchange.write(withLength(200, "text/html", `<html><title>Sign in</title>${canary}</html>`));

export const nothing: Play = () => {};
export const hangUp: Play = (exchange) => exchange.cut();

/** How far a stream comes: to its first event, or to the second piece of its text. */
type Reach = "begun" | "content";

/** Sends the beginning of the answer, as a stream or half of its body, and then does `after`. */
function upTo(reach: Reach, after: (exchange: RawExchange, answer: WireAnswer) => unknown): Play {
  return async (exchange) => {
    const answer = wireAnswer(exchange);
    const { stream, begin, content, whole } = answer;
    const events = reach === "begun" ? begin : [...begin, ...content.slice(0, 2)];
    const half = whole.slice(0, whole.length / 2);
    const length = { "content-type": "application/json", "content-length": Buffer.byteLength(whole) };
    await exchange.write(
      stream
        ? streamHead + events.map(chunkOf).join("")
        : headOf(200, length) + (reach === "begun" ? "" : half),
    );
    // What was sent must have arrived before the connection is cut, or the system throws it away.
    await Bun.sleep(60);
    await after(exchange, answer);
  };
}

export const cutBeforeContent = upTo("begun", (exchange) => exchange.cut());
export const cutAfterContent = upTo("content", (exchange) => exchange.cut());
export const silentBeforeContent = upTo("begun", () => {});
export const silentAfterContent = upTo("content", () => {});
/** The failure that the vendor's protocol has for streams; whole: the connection is cut. */
export const failingAfterContent = upTo("content", async (exchange, { stream, failed }) => {
  if (!stream) return exchange.cut();
  await exchange.write(chunkOf(failed) + lastChunk);
});
/** The same before any content. */
export const failingBeforeContent = upTo("begun", async (exchange, { stream, failed }) => {
  if (!stream) return exchange.cut();
  await exchange.write(chunkOf(failed) + lastChunk);
});

/** Half an answer whose HTTP is whole. */
const ending =
  (reach: Reach): Play =>
  (exchange) => {
    const { stream, begin, content, whole } = wireAnswer(exchange);
    const events = [...begin, ...content.slice(0, reach === "begun" ? 0 : 2)].map(chunkOf).join("");
    const half = whole.slice(0, whole.length / 2);
    return exchange.write(
      stream ? streamHead + events + lastChunk : withLength(200, "application/json", half),
    );
  };
export const endedEarly = ending("content");
export const endedBeforeContent = ending("begun");

/** A stream whose text is followed by broken JSON, a body that is none at all. */
export const garbled = upTo("content", async (exchange, { stream }) => {
  if (stream) return exchange.write(chunkOf('data: {"choices":[{"delta": oops\n\n') + lastChunk);
  exchange.cut();
});
/** The same as a whole body. */
export const garbledBody: Play = (exchange) =>
  exchange.write(withLength(200, "application/json", `{"choices":[{"message": oops ${canary}`));

/** Sends the answer in pieces, each one only when the client has got the one before it. */
export function dripping(seen: (piece: number) => Promise<void>): Play {
  return async (exchange) => {
    const { stream, begin, content, end, whole } = wireAnswer(exchange);
    if (!stream) {
      const bytes = Buffer.from(withLength(200, "application/json", whole));
      for (let at = 0; at < bytes.length; at += 40) {
        await exchange.write(bytes.subarray(at, at + 40));
        await Bun.sleep(5);
      }
      return;
    }
    await exchange.write(streamHead + begin.map(chunkOf).join(""));
    for (const [at, event] of content.entries()) {
      const bytes = Buffer.from(chunkOf(event));
      // Cut in the middle of an event and of a chunk.
      await exchange.write(bytes.subarray(0, 20));
      await Bun.sleep(5);
      await exchange.write(bytes.subarray(20));
      await seen(at);
    }
    await exchange.write(end.map(chunkOf).join("") + lastChunk);
  };
}
