import { MessageReader } from "../http/message-reader.ts";
import { SocketWriter } from "../http/socket-writer.ts";
import { requestBytes } from "../payload/request-bytes.ts";
import type { LoadResultOf, SlowReadersSpec } from "./load-spec.ts";

// Far longer than the slowest reader needs.
const limitMs = 55_000;

/** What one reader got. */
interface Got {
  readonly digest: string;
  readonly bytes: number;
  readonly problem?: string;
}

/**
 * Opens `shape.concurrency` streams at once whose readers stop after each read for `pauseMs`, so that whoever sends must wait for
 * them, and digests every body: equal digests are the same bytes in the same order.
 */
export async function runSlowReaders(spec: SlowReadersSpec): Promise<LoadResultOf<"slow-readers">> {
  const request = requestBytes(spec);
  const started = performance.now();
  const readers: Promise<Got>[] = [];
  for (let opened = 0; opened < spec.shape.concurrency; opened += 64) {
    const count = Math.min(64, spec.shape.concurrency - opened);
    const some = Array.from({ length: count }, () => readSlowly(spec, request));
    readers.push(...some.map(({ got }) => got));
    // In groups: thousands of handshakes at once would overflow the listener's queue.
    await Promise.all(some.map(({ open }) => open));
  }
  const all = await Promise.all(readers);
  const wrong = all.filter(({ problem }) => problem !== undefined);
  return {
    kind: "slow-readers",
    streams: all.length,
    failures: wrong.length,
    ...(wrong[0]?.problem === undefined ? {} : { firstFailure: wrong[0].problem }),
    digests: [...new Set(all.map(({ digest }) => digest))],
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: (performance.now() - started) / 1000,
  };
}

function readSlowly(
  { port, pauseMs }: SlowReadersSpec,
  request: Buffer,
): { readonly open: Promise<unknown>; readonly got: Promise<Got> } {
  const hash = new Bun.CryptoHasher("sha256");
  const writer = new SocketWriter();
  let bytes = 0;
  let status = "";
  let settle: (problem?: string) => void = () => {};
  const got = new Promise<Got>((resolve) => {
    settle = (problem) =>
      resolve({ digest: hash.digest("hex"), bytes, ...(problem === undefined ? {} : { problem }) });
  });
  const once = onlyOnce(settle);
  const giveUp = setTimeout(() => once(`not whole after ${limitMs / 1000} s`), limitMs);
  const end = (problem?: string) => {
    clearTimeout(giveUp);
    once(problem);
  };
  const reader = new MessageReader({
    head: (text) => {
      status = text.slice(9, 12);
    },
    body: (piece) => {
      hash.update(piece);
      bytes += piece.length;
    },
    end: () => end(status === "200" ? undefined : `status ${status}`),
  });
  const open = Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: (socket) => writer.write(socket, request),
      drain: (socket) => writer.drain(socket),
      data(socket, piece) {
        reader.push(piece);
        socket.pause();
        setTimeout(() => socket.resume(), pauseMs);
      },
      close: () => end("the connection was closed before the answer was whole"),
      error: (_, error) => end(error.message),
    },
  });
  open.catch((error: unknown) => end(String(error)));
  got.then(() => open.then((socket) => socket.end())).catch(() => {});
  return { open, got };
}

function onlyOnce(call: (problem?: string) => void): (problem?: string) => void {
  let called = false;
  return (problem) => {
    if (called) return;
    called = true;
    call(problem);
  };
}
