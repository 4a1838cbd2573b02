import { afterAll, expect, test } from "bun:test";
import type { ByteSource } from "../engine/call.ts";
import { WaitClock } from "../engine/wait-clock.ts";
import { Watchdog } from "../engine/watchdog.ts";
import { streamResponse } from "./stream-response.ts";

const watchdog = new Watchdog();
afterAll(() => watchdog.close());

const encoder = new TextEncoder();

interface Harness {
  readonly url: string;
  readonly ended: Promise<void>;
  stop(): void;
}

function serve(
  source: ByteSource,
  { keepaliveMs = 60_000, overdue = false, waits = new WaitClock(() => performance.now()) } = {},
): Harness {
  const ended = Promise.withResolvers<void>();
  const server = Bun.serve({
    port: 0,
    idleTimeout: 0,
    fetch: (request) =>
      streamResponse({
        source,
        headers: { "content-type": "text/event-stream" },
        signal: request.signal,
        keepalive: ": keepalive\n\n",
        keepaliveMs,
        overdue,
        watchdog,
        waits,
        exchange: { end: ended.resolve },
      }),
  });
  return { url: server.url.href, ended: ended.promise, stop: () => void server.stop(true) };
}

/** A source of `chunks`, each after `gapMs`. */
function sourceOf(chunks: readonly string[], gapMs = 0): ByteSource & { cancelled: boolean; reads: number } {
  const left = [...chunks];
  return {
    cancelled: false,
    reads: 0,
    async read() {
      this.reads++;
      if (gapMs > 0) await Bun.sleep(gapMs);
      return left.shift();
    },
    cancel() {
      this.cancelled = true;
    },
  };
}

test("every byte arrives, in order, and the end is told once", async () => {
  const chunks = Array.from({ length: 500 }, (_, i) => `data: ${i} ${"ü".repeat(i % 50)}\n\n`);
  const { url, ended, stop } = serve(sourceOf(chunks));
  expect(await (await fetch(url)).text()).toBe(chunks.join(""));
  await ended;
  stop();
});

test("a client that leaves in mid-stream cancels the source within 100 ms", async () => {
  const source = sourceOf(
    Array.from({ length: 1000 }, () => "data: x\n\n"),
    20,
  );
  const { url, ended, stop } = serve(source);
  const abort = new AbortController();
  const response = await fetch(url, { signal: abort.signal });
  await response.body?.getReader().read();
  const left = performance.now();
  abort.abort();
  await ended;
  expect(performance.now() - left).toBeLessThan(100);
  expect(source.cancelled).toBe(true);
  stop();
});

test("a client that leaves while the source is silent cancels it as well", async () => {
  const gone = Promise.withResolvers<void>();
  let first = true;
  const source: ByteSource = {
    read() {
      if (!first) return new Promise<undefined>(() => {});
      first = false;
      return Promise.resolve("data: x\n\n");
    },
    cancel: gone.resolve,
  };
  const { url, stop } = serve(source);
  const abort = new AbortController();
  const response = await fetch(url, { signal: abort.signal });
  await response.body?.getReader().read();
  abort.abort();
  await gone.promise;
  stop();
});

test("a silent source gets signs of life, but never inside an event", async () => {
  const { url, stop } = serve(sourceOf(["data: a\n\n", "data: hal", "f\n\n"], 700), { keepaliveMs: 200 });
  const text = await (await fetch(url)).text();
  expect(text.replaceAll(": keepalive\n\n", "")).toBe("data: a\n\ndata: half\n\n");
  expect(text).toStartWith(": keepalive\n\n");
  expect(text).toContain("data: half\n\n");
  stop();
});

test("a client that does not read is not read ahead for", async () => {
  const chunk = `data: ${"x".repeat(64 * 1024)}\n\n`;
  const source = sourceOf(Array.from({ length: 2000 }, () => chunk));
  const { url, stop } = serve(source);
  const { hostname, port } = new URL(url);
  let received = 0;
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: (s) => void s.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n"),
      data(s, bytes) {
        received += bytes.length;
        s.pause();
      },
    },
  });
  await Bun.sleep(500);
  // The kernel's socket buffers may take a few megabytes; 128 MB would mean that nothing holds the source back.
  expect(source.reads).toBeLessThan(400);
  expect(received).toBeGreaterThan(0);
  socket.end();
  stop();
});

test("bytes that are not text pass unchanged", async () => {
  const bytes = encoder.encode("data: é\n\n");
  let sent = 0;
  const { url, stop } = serve({
    read: async () => (sent < bytes.length ? bytes.subarray(sent, ++sent) : undefined),
    cancel() {},
  });
  expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(bytes);
  stop();
});

test("a client that has waited already gets its headers and a sign of life before the first word", async () => {
  const source = sourceOf(["data: late\n\n"], 400);
  const { url, ended, stop } = serve(source, { overdue: true });
  const response = await fetch(url);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe(": keepalive\n\n");
  expect(source.reads).toBe(1);
  await reader?.cancel();
  await ended;
  stop();
});

test("knows how long a client that does not read was waited for, and that a quick one was not", async () => {
  const large = "x".repeat(1_000_000);
  const waited = async (stallMs: number) => {
    const waits = new WaitClock(() => performance.now());
    const { url, ended, stop } = serve(sourceOf(Array.from({ length: 24 }, () => large)), { waits });
    const response = await fetch(url);
    await Bun.sleep(stallMs);
    expect((await response.text()).length).toBe(24 * large.length);
    await ended;
    stop();
    return waits.waited(performance.now());
  };
  expect(await waited(600)).toBeGreaterThan(500);
  const small = new WaitClock(() => performance.now());
  const { url, ended, stop } = serve(sourceOf(["a", "b", "c"], 50), { waits: small });
  await (await fetch(url)).text();
  await ended;
  stop();
  expect(small.waited(performance.now())).toBeLessThan(50);
});
