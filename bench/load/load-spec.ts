import { z } from "zod";
import { benchSurfaces, benchWires } from "../plan/lane.ts";
import { bodySizes, paces } from "../plan/shape.ts";

const size = z.enum(Object.keys(bodySizes) as [keyof typeof bodySizes, ...(keyof typeof bodySizes)[]]);

const common = z.object({
  /** Where the target listens on loopback. */
  port: z.number(),
  /** Root of the process tree whose CPU is counted. */
  pid: z.number(),
  key: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  lane: z.object({ id: z.string(), surface: z.enum(benchSurfaces), wire: z.enum(benchWires) }),
  shape: z.object({
    id: z.string(),
    size,
    stream: z.boolean(),
    chunks: z.number(),
    pace: z.enum(paces),
    concurrency: z.number(),
  }),
});

/** One request, whose whole answer is handed back. */
const probe = common.extend({ kind: z.literal("probe") });

/** `shape.concurrency` requests in flight all the time: what a request costs. */
const closed = common.extend({
  kind: z.literal("closed"),
  warmupMs: z.number(),
  windowMs: z.number(),
  settleMs: z.number(),
  /** A fixed number of requests instead of as many as fit into the window. */
  requests: z.number().optional(),
});

/** Requests at a fixed rate, whatever the answers take: what a request waits. */
const open = common.extend({
  kind: z.literal("open"),
  ratePerSecond: z.number(),
  /** At the same rate, before what is counted. */
  warmupMs: z.number(),
  durationMs: z.number(),
});

/** `shape.concurrency` streams at once, whose readers rest `pauseMs` after each read. */
const slowReaders = common.extend({ kind: z.literal("slow-readers"), pauseMs: z.number() });

/** What the load generator can be told to do. */
export const loadSpec = z.discriminatedUnion("kind", [probe, closed, open, slowReaders]);

const quantiles = z.object({ p50: z.number(), p99: z.number(), max: z.number() });

const measured = z.object({
  requests: z.number(),
  failures: z.number(),
  firstFailure: z.string().optional(),
  /** From the first request to the last answer. */
  seconds: z.number(),
  /** Milliseconds to the end of the answer. */
  latency: quantiles,
  /** Milliseconds to the first byte of the answer's body. */
  firstByte: quantiles,
  /** Milliseconds between two pieces of a stream as they arrive; zeros for plain answers. */
  gap: quantiles,
});

/** What came of a load, by its kind. */
export const loadResult = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("probe"), status: z.number(), head: z.string(), body: z.string() }),
  measured.extend({ kind: z.literal("closed"), cpuNanoseconds: z.number(), reconnects: z.number() }),
  measured.extend({ kind: z.literal("open"), lateness: quantiles, reconnects: z.number() }),
  z.object({
    kind: z.literal("slow-readers"),
    streams: z.number(),
    failures: z.number(),
    firstFailure: z.string().optional(),
    /** SHA-256 of the bodies, each once. */
    digests: z.array(z.string()),
    bytes: z.number(),
    seconds: z.number(),
  }),
  z.object({ kind: z.literal("failed"), reason: z.string() }),
]);

/** See `loadSpec`. */
export type LoadSpec = z.infer<typeof loadSpec>;
/** See `loadSpec`. */
export type ProbeSpec = z.infer<typeof probe>;
/** See `loadSpec`. */
export type ClosedLoopSpec = z.infer<typeof closed>;
/** See `loadSpec`. */
export type OpenLoopSpec = z.infer<typeof open>;
/** See `loadSpec`. */
export type SlowReadersSpec = z.infer<typeof slowReaders>;
/** See `loadResult`. */
export type LoadResult = z.infer<typeof loadResult>;
/** The result of one kind of load. */
export type LoadResultOf<Kind extends LoadResult["kind"]> = Extract<LoadResult, { kind: Kind }>;
/** Middle, 99th percentile and largest of a series. */
export type Quantiles = z.infer<typeof quantiles>;
