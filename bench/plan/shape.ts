import type { BenchWire } from "./lane.ts";

/** Request bodies measured, in bytes. */
export const bodySizes = {
  small: 1_300,
  "16k": 16 * 1024,
  "200k": 200 * 1024,
  "2m": 2 * 1024 * 1024,
} as const;

/** Name of a request body size. */
export type BodySize = keyof typeof bodySizes;

/**
 * How an upstream stream is written. `spaced`: one TCP segment per chunk, a few milliseconds apart, so that a proxy sees
 * them one at a time; `burst`: the same writes without a gap; `slow`: 250 ms apart, to hold many streams open.
 */
export const paces = ["spaced", "burst", "slow"] as const;

/** One of `paces`. */
export type Pace = (typeof paces)[number];

/** What one request looks like, without its protocol. */
export interface Shape {
  readonly id: string;
  readonly size: BodySize;
  readonly stream: boolean;
  /** Text pieces in the reply; a plain reply has them in one string. */
  readonly chunks: number;
  readonly pace: Pace;
  /** Requests in flight at once. */
  readonly concurrency: number;
}

/** Pieces in a long stream, in a short one (whose cost is taken off for the cost of one chunk), in a plain reply. */
export const longStream = 100;
export const shortStream = 4;
export const plainReply = 3;

const jsonConcurrency = { small: 32, "16k": 32, "200k": 8, "2m": 4 } as const;
const streamConcurrency = { small: 64, "16k": 64, "200k": 32, "2m": 8 } as const;

/** A request answered by one JSON body. */
export function jsonShape(size: BodySize): Shape {
  const concurrency = jsonConcurrency[size];
  return { id: `${size}/json`, size, stream: false, chunks: plainReply, pace: "burst", concurrency };
}

/** A request answered by a stream of `longStream` chunks. */
export function streamShape(size: BodySize): Shape {
  const concurrency = streamConcurrency[size];
  return { id: `${size}/stream`, size, stream: true, chunks: longStream, pace: "spaced", concurrency };
}

/** The stream that is taken off a long one; as many at a time as give a comparable rate of chunks without saturating the target. */
export const shortStreamShape: Shape = {
  id: "small/stream-short",
  size: "small",
  stream: true,
  chunks: shortStream,
  pace: "spaced",
  concurrency: 48,
};

/** A long stream without gaps: what a proxy makes of segments that arrive faster than it reads. */
export const burstStreamShape: Shape = {
  id: "small/stream-burst",
  size: "small",
  stream: true,
  chunks: longStream,
  pace: "burst",
  concurrency: 32,
};

/** Held open by the thousand to weigh what an open stream costs in memory. */
export const slowStreamShape: Shape = {
  id: "small/stream-slow",
  size: "small",
  stream: true,
  chunks: 40,
  pace: "slow",
  concurrency: 2000,
};

/** Half a megabyte written at once to readers that take it slowly. */
export const slowReaderShape: Shape = {
  id: "small/stream-slow-reader",
  size: "small",
  stream: true,
  chunks: 2000,
  pace: "burst",
  concurrency: 2000,
};

/** Every shape a gateway must know a model for. */
export const allStreamKinds: readonly Pick<Shape, "chunks" | "pace">[] = [
  { chunks: plainReply, pace: "burst" },
  { chunks: longStream, pace: "spaced" },
  { chunks: longStream, pace: "burst" },
  { chunks: shortStream, pace: "spaced" },
  slowStreamShape,
  slowReaderShape,
];

const modelPrefixes: Readonly<Record<BenchWire, string>> = {
  "openai-chat": "chat",
  "anthropic-messages": "messages",
  gemini: "gemini",
  "bedrock-converse": "converse",
};

/** The model id that tells the mock upstream what to answer: protocol, number of chunks, pace. */
export function modelId(wire: BenchWire, shape: Pick<Shape, "chunks" | "pace">): string {
  return `${modelPrefixes[wire]}-c${shape.chunks}-${shape.pace}`;
}

/** What `modelId` says, read back from an id; undefined when it is none of the benchmark's. */
export function parseModelId(id: string): Pick<Shape, "chunks" | "pace"> | undefined {
  const match = /-c(\d+)-(spaced|burst|slow)$/.exec(id);
  const pace = paces.find((name) => name === match?.[2]);
  return match?.[1] === undefined || pace === undefined ? undefined : { chunks: Number(match[1]), pace };
}
