import type { NeutralEvent } from "../../../src/wire/neutral/event.ts";
import { SseRelayScanner } from "../../../src/wire/sse/relay-scanner.ts";
import type { SseFrame } from "../../../src/wire/sse/sse-framer.ts";
import type { SurfaceAdapter } from "../surfaces/surface.ts";
import type { WireAdapter } from "../wires/wire.ts";

/** A cell of the matrix. */
export interface Pair {
  readonly surface: SurfaceAdapter;
  readonly wire: WireAdapter;
}

const answerContext = {
  requestId: "req_conformance",
  created: 1_789_478_598,
  model: "m",
  includeUsage: true,
};

/** The frames of a vendor's stream that arrives in these pieces. */
function framesOf(pieces: readonly Uint8Array[], { wire }: Pick<Pair, "wire">): readonly SseFrame[] {
  const framer = wire.protocol.createFramer();
  const frames: SseFrame[] = [];
  for (const piece of pieces) framer.push(piece, frames);
  framer.end(frames);
  return frames;
}

/** The client's bytes for a vendor's stream that arrives in these pieces; in memory, without any clock. */
export function translated(pieces: readonly Uint8Array[], pair: Pair): string {
  const decoder = pair.wire.protocol.createStreamDecoder();
  const encoder = pair.surface.protocol.createStreamEncoder(answerContext);
  const events: NeutralEvent[] = [];
  for (const frame of framesOf(pieces, pair)) decoder.decode(frame, events);
  decoder.end(events);
  return events.map((event) => encoder.encode(event)).join("");
}

/** What is read on the way of a stream that is forwarded: usage, errors, the end. */
export function metered(pieces: readonly Uint8Array[], { wire }: Pair): string {
  const reader = wire.protocol.createRelayReader();
  const scanner = new SseRelayScanner(reader, wire.protocol.relayMarks);
  // The transport may reuse its buffers.
  for (const piece of pieces) scanner.push(piece.slice());
  scanner.end();
  const { usage, finished, error, missingEnd } = reader;
  return JSON.stringify({ usage, finished, error, missingEnd });
}

/**
 * The first offset at which a cut changes what the client gets; undefined when none does. Translators see frames only, so
 * equal frames give equal bytes: the rest of the way is walked where frames differ, and at every 64th offset all the same.
 */
export function firstBadCut(bytes: Uint8Array, pair: Pair): number | undefined {
  const relays = pair.surface.id === pair.wire.id && pair.wire.lacks.sse === undefined;
  const suspects = framedAnew(bytes, pair);
  const text = translated([bytes], pair);
  const books = relays ? metered([bytes], pair) : "";
  for (let at = 1; at < bytes.length; at++) {
    const cut = [bytes.subarray(0, at), bytes.subarray(at)];
    const isSuspect = at % 64 === 0 || suspects.has(at);
    if (isSuspect && translated(cut, pair) !== text) return at;
    if (relays && metered(cut, pair) !== books) return at;
  }
  return undefined;
}

const framed = new WeakMap<WireAdapter, Map<string, ReadonlySet<number>>>();

/** The offsets at which a cut changes the frames. No client has a part in them: one look serves the cells of all surfaces. */
function framedAnew(bytes: Uint8Array, { wire }: Pick<Pair, "wire">): ReadonlySet<number> {
  const known = framed.get(wire) ?? new Map<string, ReadonlySet<number>>();
  framed.set(wire, known);
  const key = `${bytes.length} ${Bun.hash(bytes)}`;
  let offsets = known.get(key);
  if (offsets === undefined) {
    const whole = framesOf([bytes], { wire });
    const all = Array.from({ length: Math.max(0, bytes.length - 1) }, (_, index) => index + 1);
    const differs = (at: number) =>
      !sameFrames(framesOf([bytes.subarray(0, at), bytes.subarray(at)], { wire }), whole);
    offsets = new Set(all.filter(differs));
    known.set(key, offsets);
  }
  return offsets;
}

function sameFrames(some: readonly SseFrame[], others: readonly SseFrame[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ event, data, partial }, i) => {
      const other = others[i];
      return other?.data === data && other.event === event && other.partial === partial;
    })
  );
}
