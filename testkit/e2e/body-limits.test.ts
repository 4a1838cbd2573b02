import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import {
  chatSurface,
  messagesSurface,
  pairs,
  readError,
  type Surface,
  startWorld,
  vendorOf,
  type World,
} from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({ env: { PENSTOCK_BODY_LIMIT_MB: "3" } });
});
afterAll(() => world.stop());

const mib = 1024 * 1024;

/** A request of about this many bytes. */
function large(surface: Surface, model: string, bytes: number): string {
  return JSON.stringify(
    surface.body(model, { messages: [{ role: "user", content: `${"lorem ipsum ".repeat(bytes / 12)}end` }] }),
  );
}

describe.each(pairs)("$title", ({ surface, model, wire }) => {
  test("a body of 2 MB goes through whole", async () => {
    const recording = wire === "chat" ? "openai/chat/openai-text.json" : "anthropic/anthropic-text.json";
    // Too long for any model the mock knows.
    vendorOf(world, { wire }).reply({ recording, unchecked: true });
    const response = await world.penstock.post(surface.path, large(surface, model, 2 * mib));
    expect(response.status).toBe(200);
    await response.text();
    const { text } = vendorOf(world, { wire }).lastRequest();
    expect(text.length).toBeGreaterThan(2 * mib - 12);
    expect(text).toContain("lorem ipsum end");
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ])("a request in %s reaches the vendor as plain JSON", async (encoding, compress) => {
    const response = await world.penstock.post(surface.path, "", {
      body: new Uint8Array(compress(large(surface, model, 20_000))),
      headers: { "content-encoding": encoding },
    });
    expect(response.status).toBe(200);
    await response.text();
    const { text, headers } = vendorOf(world, { wire }).lastRequest();
    expect(text).toContain("lorem ipsum end");
    expect(headers.get("content-encoding")).toBeNull();
  });
});

describe.each([chatSurface, messagesSurface])("refusals of $name", (surface) => {
  async function refused(response: Response, status: number, code: string): Promise<string> {
    expect([response.status, response.headers.get("x-penstock-error")]).toEqual([status, code]);
    return readError(surface, await response.json()).message;
  }
  const post = (body: Uint8Array | string | ReadableStream, headers: Record<string, string> = {}) =>
    world.penstock.post(surface.path, "", { body, headers });

  test("too long as it comes: 413 that names the limit", async () => {
    const message = await refused(
      await post(large(surface, "playground-llm", 4 * mib)),
      413,
      "body_too_large",
    );
    expect(message).toContain(String(3 * mib));
  });

  test("too long, of a length nobody told", async () => {
    const piece = new TextEncoder().encode("x".repeat(256 * 1024));
    let sent = 0;
    const body = new ReadableStream({
      async pull(controller) {
        await Bun.sleep(1);
        if (++sent > 20) controller.close();
        else controller.enqueue(piece);
      },
    });
    await refused(await post(body), 413, "body_too_large");
  });

  test("small as it comes, too long unpacked", async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(60 * mib, 0x20)));
    expect(bomb.length).toBeLessThan(mib);
    await refused(await post(bomb, { "content-encoding": "gzip" }), 413, "body_too_large");
  });

  test("not what its encoding says: 400; an unknown encoding: 415", async () => {
    const message = await refused(
      await post("no gzip", { "content-encoding": "gzip" }),
      400,
      "invalid_request",
    );
    expect(message).toContain("gzip");
    await refused(await post("x", { "content-encoding": "lzma" }), 415, "unsupported_encoding");
  });
});

test("health answers without a key, and says what it stands on", async () => {
  const health = await fetch(`${world.penstock.url}/healthz`);
  expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
  const ready = await fetch(`${world.penstock.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ status: "ready", storage: "ok", ledger: "ok" });
});
