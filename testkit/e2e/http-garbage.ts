import { deflateSync, gzipSync } from "node:zlib";
import type { Play, RawExchange } from "../raw-vendor.ts";
import { chunkOf, headOf, streamHead, withLength } from "./vendor-plays.ts";
import { wireAnswer } from "./wire-answers.ts";

/** What a vendor sends that is no good HTTP, and what a client is told of it. */
export interface Garbage {
  readonly title: string;
  readonly play: Play;
  readonly code: "upstream_malformed" | "upstream_unreachable" | "upstream_timeout";
  /** In streams, where it is another. */
  readonly streamCode?: "upstream_truncated";
  /** Its HTTP is good: the connection may be used again. */
  readonly isFramed?: true;
}

const malformed = (title: string, play: Play): Garbage => ({ title, play, code: "upstream_malformed" });
/** Sends exactly this, and holds the connection open. */
const raw = (title: string, text: string | Uint8Array): Garbage =>
  malformed(title, (exchange) => exchange.write(text));
/** A head of these lines before the right body. */
const head = (title: string, ...lines: readonly string[]): Garbage =>
  malformed(title, (exchange) => {
    const { whole } = wireAnswer(exchange);
    return exchange.write(`HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n${whole}`);
  });
/** The beginning of a stream or of a chunked body, and then these bytes in place of a chunk. */
const chunk = (title: string, bytes: string): Garbage =>
  malformed(title, async (exchange) => {
    const { stream, begin, whole } = wireAnswer(exchange);
    const plain = headOf(200, { "content-type": "application/json", "transfer-encoding": "chunked" });
    const good = stream ? begin.map(chunkOf).join("") : chunkOf(whole.slice(0, 20));
    await exchange.write((stream ? streamHead : plain) + good + bytes);
  });

const ok = "HTTP/1.1 200 OK\r\n";

/** Status lines and heads. */
const heads: readonly Garbage[] = [
  raw("a status line of no protocol", "HTTQ/1.1 200 OK\r\n\r\n"),
  raw("a status line of HTTP/2", "HTTP/2 200\r\ncontent-length: 0\r\n\r\n"),
  raw("a status that is none", "HTTP/1.1 20 OK\r\n\r\n"),
  raw("a status line alone in its head, backwards", "OK 200 HTTP/1.1\r\n\r\n"),
  raw("text without a head", "<html>Bad gateway</html>\r\n\r\n"),
  raw("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  {
    title: "frames of HTTP/2",
    // SETTINGS and GOAWAY, as a server of HTTP/2 alone answers HTTP/1.1.
    async play(exchange) {
      await exchange.write(new Uint8Array([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, ...Array(12).fill(0)]));
      await Bun.sleep(30);
      exchange.end();
    },
    code: "upstream_unreachable",
  },
  raw("another protocol to switch to", "HTTP/1.1 101 Switching\r\nupgrade: h2c\r\n\r\n"),
  raw("a header without a colon", `${ok}content-length 5\r\n\r\nhello`),
  raw("a header with a NUL", `${ok}x-a: b\0c\r\ncontent-length: 0\r\n\r\n`),
  raw("a header that goes on in the next line", `${ok}x-a: b\r\n c\r\ncontent-length: 0\r\n\r\n`),
  raw("a header as long as a book", `${ok}x-a: ${"a".repeat(4 * 1024 * 1024)}\r\n\r\n`),
  raw("a hundred thousand headers", `${ok}${"x-a: b\r\n".repeat(100_000)}\r\n`),
  malformed("headers without end", (exchange) => pour(exchange, Buffer.from("x-a: b\r\n".repeat(8_192)))),
  raw("a flood of interim answers", `${"HTTP/1.1 100 Continue\r\n\r\n".repeat(50_000)}`),
  {
    title: "interim answers, one after the other",
    async play(exchange) {
      while (!exchange.isClosed) {
        await exchange.write("HTTP/1.1 102 Processing\r\n\r\n");
        await Bun.sleep(100);
      }
    },
    code: "upstream_timeout",
  },
];

/** Lengths, of bodies and of chunks. */
const lengths: readonly Garbage[] = [
  head("two lengths", "content-type: application/json", "content-length: 5", "content-length: 6"),
  head("two lengths in one header", "content-type: application/json", "content-length: 5, 6"),
  head("a length and chunks", "transfer-encoding: chunked", "content-length: 5"),
  head("chunks in another coding", "transfer-encoding: gzip, chunked"),
  head("chunks twice", "transfer-encoding: chunked", "transfer-encoding: chunked"),
  head("a negative length", "content-length: -1"),
  head("a length in hexadecimal", "content-length: 0x10"),
  head("a length beyond numbers", `content-length: ${"9".repeat(30)}`),
  {
    title: "a length that is too short",
    play(exchange) {
      const { stream, whole } = wireAnswer(exchange);
      const type = stream ? "text/event-stream" : "application/json";
      const body = stream ? "data: {}" : whole;
      return exchange.write(headOf(200, { "content-type": type, "content-length": 7 }) + body);
    },
    ...{ code: "upstream_malformed", streamCode: "upstream_truncated" },
  },
  {
    title: "a length that is too long",
    async play(exchange) {
      const { stream, begin, whole } = wireAnswer(exchange);
      const type = stream ? "text/event-stream" : "application/json";
      const body = stream ? begin.join("") : whole;
      await exchange.write(headOf(200, { "content-type": type, "content-length": body.length + 9 }) + body);
      await Bun.sleep(30);
      exchange.end();
    },
    code: "upstream_unreachable",
  },
  chunk("a chunk size that is no number", "zz\r\nhello\r\n"),
  chunk("a negative chunk size", "-5\r\nhello\r\n"),
  chunk("a chunk size with a prefix", "0x5\r\nhello\r\n"),
  chunk("a chunk size beyond numbers", "ffffffffffffffff\r\nhello\r\n"),
  chunk("a chunk without a size", "\r\nhello\r\n"),
  chunk("a chunk that is longer than it says", "2\r\nhello\r\n"),
  chunk("a chunk size ended by a bare LF", "5\nhello\r\n"),
  chunk("a chunk extension as long as a book", `5;${"a".repeat(1024 * 1024)}\r\nhello\r\n`),
  chunk("trailers as long as a book", `0\r\nx-a: ${"a".repeat(1024 * 1024)}\r\n\r\n`),
];

const packed = (coding: string, bytes: Uint8Array, type: string) =>
  Buffer.concat([
    Buffer.from(
      headOf(200, { "content-type": type, "content-encoding": coding, "content-length": bytes.length }),
    ),
    bytes,
  ]);
/** A body, or the first events of a stream, packed and spoilt. */
const spoilt = (title: string, coding: string, spoil: (body: Buffer) => Uint8Array): Garbage => ({
  ...malformed(title, (exchange) => {
    const { stream, begin, whole } = wireAnswer(exchange);
    const body = Buffer.from(stream ? begin.join("") : whole);
    const type = stream ? "text/event-stream" : "application/json";
    return exchange.write(packed(coding, spoil(body), type));
  }),
  isFramed: true,
});

/** Codings of bodies. */
const codings: readonly Garbage[] = [
  spoilt("gzip that is cut", "gzip", (body) => gzipSync(body).subarray(0, -12)),
  spoilt("gzip that is none", "gzip", (body) => body),
  spoilt("gzip that is deflate", "gzip", (body) => deflateSync(body)),
  spoilt("a coding that nobody knows", "rot13", (body) => body),
  spoilt("two codings", "gzip, gzip", (body) => gzipSync(gzipSync(body))),
];

/** All that ends at once. */
export const garbage: readonly Garbage[] = [...heads, ...lengths, ...codings];

/** Writes a piece again and again until the other end has had enough; at most so many MiB. */
async function pour(exchange: RawExchange, piece: Uint8Array, mebibytes = 400): Promise<void> {
  const times = (mebibytes * 1024 * 1024) / piece.length;
  for (let at = 0; at < times && !exchange.isClosed; at++) await exchange.write(piece);
}

const mebibyte = Buffer.alloc(1024 * 1024, "a");
const bomb = gzipSync(Buffer.concat(Array.from({ length: 200 }, () => mebibyte)));

/** Answers that would fill memory. */
export const floods: readonly Garbage[] = [
  malformed("a body without end", async (exchange) => {
    await exchange.write(headOf(200, { "content-type": "application/json" }));
    await pour(exchange, mebibyte);
    exchange.end();
  }),
  malformed("a body of gigabytes that says so", async (exchange) => {
    await exchange.write(headOf(200, { "content-type": "application/json", "content-length": 8e9 }));
    await pour(exchange, mebibyte);
    exchange.cut();
  }),
  malformed("a small body that unpacks to a large one", (exchange) =>
    exchange.write(packed("gzip", bomb, "application/json")),
  ),
];

/** A good answer on the same connection, for what must not be read as one. */
export const smuggled: Play = (exchange) => {
  const { whole } = wireAnswer(exchange);
  const answer = withLength(200, "application/json", whole);
  return exchange.write(answer + answer);
};
