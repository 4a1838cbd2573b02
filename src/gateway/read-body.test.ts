import { expect, test } from "bun:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { PenstockError } from "../errors/penstock-error.ts";
import { readBody } from "./read-body.ts";

const text = JSON.stringify({ content: "hello ".repeat(1000) });

function request(body: string | Uint8Array<ArrayBuffer> | ReadableStream, encoding?: string): Request {
  return new Request("http://x", {
    method: "POST",
    body,
    headers: encoding === undefined ? {} : { "content-encoding": encoding },
  });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (e: unknown) => e,
  );
  return error instanceof PenstockError ? error.code : `no error: ${error}`;
}

test("bodies come plain or in any usual encoding", async () => {
  const encodings = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };
  for (const [encoding, compress] of Object.entries(encodings)) {
    const body = await readBody(request(new Uint8Array(compress(text)), encoding), 1e6);
    expect(Buffer.from(body).toString()).toBe(text);
  }
  expect(Buffer.from(await readBody(request(text), 1e6)).toString()).toBe(text);
});

test("a bomb is stopped at the limit after decompression", async () => {
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(5_000_000)));
  expect(bomb.length).toBeLessThan(10_000);
  expect(await codeOf(readBody(request(bomb, "gzip"), 1_000_000))).toBe("body_too_large");
});

test("too long, chunked or not, is refused; so is what cannot be decoded", async () => {
  expect(await codeOf(readBody(request("x".repeat(101)), 100))).toBe("body_too_large");
  const chunked = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 30; i++) controller.enqueue(new Uint8Array(10));
      controller.close();
    },
  });
  expect(await codeOf(readBody(request(chunked), 100))).toBe("body_too_large");
  expect(await codeOf(readBody(request("plain", "gzip"), 100))).toBe("invalid_request");
  expect(await codeOf(readBody(request("plain", "rot13"), 100))).toBe("unsupported_encoding");
});
