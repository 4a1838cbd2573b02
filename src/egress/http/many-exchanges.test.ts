import { afterAll, beforeAll, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { HttpClient } from "./http-client.ts";

/** What a request of this test asks for, in its path. */
interface Wanted {
  readonly id: number;
  readonly size: number;
  readonly framing: "length" | "chunks" | "close";
}

let server: Server;
let port: number;
let seed = 1;

/** The same every time (mulberry32), so that a failure can be seen again. */
function below(limit: number): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
}

const bodyOf = ({ id, size }: Wanted) => `${id}.`.repeat(Math.ceil(size / 2)).slice(0, size);

function answerTo(wanted: Wanted): string {
  const body = bodyOf(wanted);
  if (wanted.framing === "length") return `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  if (wanted.framing === "close") return `HTTP/1.1 200 OK\r\n\r\n${body}`;
  let text = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
  for (let at = 0; at < body.length; ) {
    const piece = body.slice(at, at + 1 + below(below(2) === 0 ? 40 : 70_000));
    text += `${piece.length.toString(16)}\r\n${piece}\r\n`;
    at += piece.length;
  }
  return `${text}0\r\n\r\n`;
}

/** Writes in pieces of any size, now and then hangs up although it said nothing of the kind. */
async function serve(socket: Socket, wanted: Wanted): Promise<void> {
  const text = answerTo(wanted);
  for (let at = 0; at < text.length && !socket.destroyed; ) {
    const piece = text.slice(at, at + 1 + below(below(4) === 0 ? 50 : 200_000));
    at += piece.length;
    if (!socket.write(piece)) await new Promise((go) => socket.once("drain", go).once("close", go));
    if (below(3) === 0) await new Promise((go) => setImmediate(go));
  }
  if (wanted.framing === "close" || below(30) === 0) socket.end();
}

beforeAll(async () => {
  server = createServer((socket) => {
    let read = "";
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      read += bytes.toString("latin1");
      const end = read.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/.exec(read)?.[1]);
      if (end === -1 || read.length < end + 4 + length) return;
      const wanted: Wanted = JSON.parse(
        decodeURIComponent(read.slice("POST /".length, read.indexOf(" HTTP"))),
      );
      read = read.slice(end + 4 + length);
      void serve(socket, wanted);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" ? (address?.port ?? 0) : 0;
});
afterAll(() => server.close());

test("many exchanges at a time, some given up, read in any way from a moody server: each gets its own answer, whole", async () => {
  const client = new HttpClient();
  const total = 600;
  let next = 0;
  let whole = 0;
  let givenUp = 0;
  async function exchange(id: number): Promise<void> {
    const framing = (["length", "chunks", "close"] as const)[below(10) === 0 ? 2 : below(2)] ?? "length";
    const wanted: Wanted = { id, size: below(5) === 0 ? below(700_000) : below(3_000), framing };
    const abort = new AbortController();
    if (below(12) === 0) setTimeout(() => abort.abort(new RangeError("enough")), below(6));
    const answer = await client.call({
      target: `http://127.0.0.1:${port}`,
      serverName: undefined,
      host: "moody.test",
      method: "POST",
      path: `/${encodeURIComponent(JSON.stringify(wanted))}`,
      headers: {},
      body: "x".repeat(below(5) === 0 ? 200_000 : 1_000),
      signal: abort.signal,
    });
    const pieces: Uint8Array[] = [];
    if (below(3) === 0) pieces.push(await answer.bytes());
    else {
      const reader = answer.body?.getReader();
      for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
        pieces.push(read.value);
        if (below(6) === 0) await Bun.sleep(below(3));
      }
    }
    expect(Buffer.concat(pieces).toString("latin1") === bodyOf(wanted)).toBe(true);
    whole++;
  }
  async function caller(): Promise<void> {
    while (next < total)
      await exchange(next++).catch((error: unknown) => {
        if (!(error instanceof RangeError)) throw error;
        givenUp++;
      });
  }
  await Promise.all(Array.from({ length: 30 }, caller));
  expect(whole + givenUp).toBe(total);
  expect(givenUp).toBeGreaterThan(0);
}, 30_000);
