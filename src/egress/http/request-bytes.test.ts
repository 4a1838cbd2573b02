import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RequestBytes, writeAll } from "./request-bytes.ts";
import type { HttpRequest } from "./request-head.ts";

function request(overrides: Partial<HttpRequest> = {}): HttpRequest {
  const headers = { authorization: "Bearer x" };
  return { method: "POST", path: "/v1/chat", host: "vendor.test", headers, body: "{}", ...overrides };
}

/** A socket that takes as many bytes a write as `takes` says, by turns. */
function socketOf(takes: readonly number[]) {
  const sent: Buffer[] = [];
  let writes = 0;
  return {
    get text(): string {
      return Buffer.concat(sent).toString();
    },
    write(bytes: Uint8Array, offset: number, length: number): number {
      const taken = Math.min(length, takes[writes++ % takes.length] ?? length);
      // Copied, as the kernel does: what was handed over may be written to again.
      if (taken > 0) sent.push(Buffer.from(bytes.subarray(offset, offset + taken)));
      return taken;
    },
  };
}

function sentBy(asked: HttpRequest, takes: readonly number[] = [Number.POSITIVE_INFINITY]): string {
  const socket = socketOf(takes);
  let rest = new RequestBytes(asked).writeTo(socket);
  // Another request is put together meanwhile.
  new RequestBytes(request({ body: "#".repeat(5_000) })).writeTo(socketOf([Number.POSITIVE_INFINITY]));
  while (rest !== undefined) rest = writeAll(socket, rest);
  return socket.text;
}

describe("a request", () => {
  test("arrives whole and in order, however little the socket takes at a time", () => {
    const bodies = fc.oneof(
      fc.constant(undefined),
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.string({ maxLength: 300 }).map((text) => Buffer.from(text)),
      // Larger than what is put together with the head.
      fc.integer({ min: 60_000, max: 70_000 }).map((size) => "é".repeat(size)),
      fc.integer({ min: 60_000, max: 70_000 }).map((size) => Buffer.alloc(size, "abcdefg")),
    );
    const takes = fc.array(
      fc.oneof(fc.integer({ min: -1, max: 3_000 }), fc.integer({ min: 5_000, max: 90_000 })),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(bodies, takes, (body, some) => {
        const text = sentBy(request({ body }), [...some, 20_000]);
        const end = text.indexOf("\r\n\r\n") + 4;
        const whole = body === undefined ? "" : Buffer.from(body).toString();
        expect(text.slice(end)).toBe(whole);
        const length = body === undefined ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
        expect(text.slice(0, end)).toBe(
          "POST /v1/chat HTTP/1.1\r\nhost: vendor.test\r\nauthorization: Bearer x\r\naccept: */*\r\n" +
            `accept-encoding: identity\r\nuser-agent: penstock\r\n${length}\r\n`,
        );
      }),
      { numRuns: 150 },
    );
  });

  test("with the very same headers as the last one is still asked of its own host, path and method", () => {
    const headers = Object.freeze({ authorization: "Bearer x" });
    const places: Partial<HttpRequest>[] = [
      {},
      { path: "/v1/embeddings" },
      { host: "other.test" },
      { method: "DELETE" },
      { body: "[1,2,3]" },
      {},
    ];
    for (const place of places)
      expect(sentBy(request({ ...place, headers }))).toBe(
        sentBy(request({ ...place, headers: { ...headers } })),
      );
  });

  test("says what its headers say now, where they were changed since the last one", () => {
    const headers = { authorization: "Bearer old" };
    expect(sentBy(request({ headers }))).toContain("authorization: Bearer old\r\n");
    headers.authorization = "Bearer new";
    expect(sentBy(request({ headers }))).toContain("authorization: Bearer new\r\n");
  });

  test("with a header that HTTP cannot carry is refused every time", () => {
    const headers = Object.freeze({ "x-note": "a\r\nb: c" });
    for (let i = 0; i < 2; i++) expect(() => new RequestBytes(request({ headers }))).toThrow("header");
  });
});
