import fc from "fast-check";
import type { Pair } from "../conformance/run/replay.ts";
import {
  byteDamage,
  frameDamage,
  junkBytes,
  junkData,
  pieceSize,
  valueDamage,
  wrongValue,
} from "./arbitraries.ts";
import { type ByteDamage, damageBytes, damageFrames, damageJson } from "./damage.ts";
import { type Frame, joinFrames, splitFrames } from "./frames.ts";
import { type Oracle, problemOf } from "./judge.ts";
import { type FuzzLab, type FuzzReply, modelName } from "./lab.ts";
import { type SampleStream, sampleAnswers, sampleAsk, sampleStreams } from "./samples.ts";

/** One way to break things, on one pair of dialects. */
export interface FuzzProperty {
  readonly id: string;
  /** What was found, with the smallest example; undefined when nothing was. */
  check(lab: FuzzLab, options: FuzzOptions): Promise<string | undefined>;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly runs: number;
  /** Milliseconds after which no more is tried. */
  readonly limit?: number;
}

/** Everything that is tried on a pair of dialects. */
export function propertiesOf(pair: Pair): readonly FuzzProperty[] {
  const { surface, wire } = pair;
  const streams = sampleStreams(wire);
  const bodies = sampleAnswers(wire).map((answer) => JSON.stringify(wire.whole(answer)));
  // By their numbers, which a report can show.
  const stream = fc.nat({ max: streams.length - 1 });
  const body = fc.nat({ max: bodies.length - 1 });
  const streamAt = (at: number) => streams[at] ?? noStream;
  const bodyAt = (at: number) => bodies[at] ?? "";
  const asked = (stream: boolean) =>
    new Uint8Array(
      Buffer.from(
        JSON.stringify(surface.write(sampleAsk, { model: modelName(wire), stream, earlier: [] }).body),
      ),
    );

  const answer = async (
    lab: FuzzLab,
    reply: FuzzReply,
    { oracle, stream }: { oracle: Oracle; stream: boolean },
  ) => {
    const observed = await lab.run({ ...pair, body: asked(stream), stream, reply });
    const problem = problemOf({ ...pair, observed, oracle, blame: "upstream_" });
    if (problem !== undefined) throw new Finding(problem);
  };
  const streamed = (bytes: Uint8Array, size: number): FuzzReply => ({
    contentType: wire.contentType,
    chunks: inPieces(bytes, size),
  });
  const whole = (text: string | Uint8Array): FuzzReply => ({
    contentType: "application/json",
    chunks: [new Uint8Array(Buffer.from(text))],
  });

  return [
    property(
      "bytes of a stream",
      [stream, byteDamage, pieceSize, fc.boolean()],
      (lab, [at, damage, size, breaks]) =>
        answer(
          lab,
          { ...streamed(damageBytes(streamAt(at).bytes, damage), size), breaks },
          { stream: true, oracle: oracleOf(streamAt(at), damage, wire.contentType) },
        ),
    ),
    property(
      "events of a stream",
      [stream, fc.array(frameDamage, { minLength: 1, maxLength: 3 }), pieceSize],
      (lab, [at, damages, size]) => {
        const frames = damages.reduce(damageFrames, splitFrames(streamAt(at).bytes, wire));
        return answer(lab, streamed(joinFrames(frames, wire), size), { stream: true, oracle: "any" });
      },
    ),
    property(
      "a stream of junk",
      [fc.array(fc.oneof(junkData, junkBytes), { maxLength: 5 }), pieceSize, fc.boolean()],
      (lab, [junk, size, breaks]) => {
        const pieces = junk.map((one) =>
          typeof one === "string"
            ? joinFrames([{ event: junkName(wire.id), data: one } satisfies Frame], wire)
            : one,
        );
        return answer(
          lab,
          { ...streamed(Buffer.concat(pieces), size), breaks },
          { stream: true, oracle: forwardsEnd(pair, pieces) ? "any" : "broken" },
        );
      },
    ),
    property(
      "values of a whole answer",
      [body, fc.array(valueDamage, { minLength: 1, maxLength: 3 }), fc.boolean()],
      (lab, [at, damages, stream]) =>
        answer(lab, whole(damages.reduce(damageJson, bodyAt(at))), { stream, oracle: "any" }),
    ),
    property("bytes of a whole answer", [body, byteDamage, fc.boolean()], (lab, [at, damage, stream]) =>
      answer(lab, whole(damageBytes(Buffer.from(bodyAt(at)), damage)), {
        stream,
        oracle: damage.kind === "cut" ? "broken" : "any",
      }),
    ),
    property(
      "junk for a whole answer",
      [
        fc.oneof(
          junkBytes,
          junkData,
          wrongValue.map((value) => JSON.stringify(value)),
        ),
        fc.boolean(),
      ],
      (lab, [junk, stream]) =>
        answer(lab, whole(junk), {
          stream,
          oracle: isObjectText(junk) && surface.id === wire.id ? "any" : "broken",
        }),
    ),
    property(
      "failures of any kind",
      [
        failureStatus,
        failureType,
        fc.oneof(
          junkBytes,
          junkData,
          wrongValue.map((value) => JSON.stringify({ error: value })),
        ),
        fc.boolean(),
      ],
      (lab, [status, contentType, junk, stream]) =>
        answer(
          lab,
          { status, contentType, chunks: [new Uint8Array(Buffer.from(junk))] },
          { stream, oracle: "broken" },
        ),
    ),
    property(
      "requests",
      [fc.array(valueDamage, { minLength: 1, maxLength: 3 }), fc.boolean()],
      async (lab, [damages, stream]) => {
        const text = damages.reduce(damageJson, Buffer.from(asked(stream)).toString());
        const [plain] = bodies;
        const observed = await lab.run({
          ...pair,
          body: new Uint8Array(Buffer.from(text)),
          stream,
          reply: (request) =>
            (wire.wantsStream?.(request) ??
            (request.body as { stream?: unknown } | undefined)?.stream === true)
              ? streamed(streamAt(0).bytes, 1 << 20)
              : whole(plain ?? ""),
        });
        const problem =
          problemOf({ ...pair, observed, oracle: "any", blame: "request" }) ??
          observed.sent.map(notJson).find((one) => one !== undefined);
        if (problem !== undefined) throw new Finding(problem);
      },
    ),
  ];

  function property<T extends [unknown, ...unknown[]]>(
    name: string,
    arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
    run: (lab: FuzzLab, values: T) => Promise<void>,
  ): FuzzProperty {
    const id = `${surface.id} on ${wire.id}: ${name}`;
    return {
      id,
      async check(lab, { seed, runs, limit }) {
        const found = await fc.check(
          fc.asyncProperty(fc.tuple(...arbitraries), (values) => run(lab, values as unknown as T)),
          {
            seed,
            numRuns: runs,
            ...(limit !== undefined && { interruptAfterTimeLimit: limit }),
          },
        );
        return found.failed ? reportOf(id, found) : undefined;
      },
    };
  }
}

const noStream: SampleStream = { bytes: new Uint8Array(), content: 0 };

type Reported = Pick<
  fc.RunDetails<unknown>,
  "seed" | "counterexamplePath" | "counterexample" | "errorInstance"
>;

/** What to look at, and how to see it again. */
function reportOf(id: string, { seed, counterexamplePath, counterexample, errorInstance }: Reported): string {
  const what = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return [
    `${id}: ${what.slice(0, 2500)}`,
    `seed ${seed}, path ${counterexamplePath}`,
    fc.stringify(counterexample).slice(0, 1500),
  ].join("\n");
}

/** What a property found. */
class Finding extends Error {
  override readonly name = "Finding";
}

const failureStatus = fc.constantFrom(
  204,
  302,
  400,
  401,
  403,
  404,
  408,
  409,
  413,
  422,
  424,
  429,
  500,
  502,
  503,
  529,
  599,
);
const failureType = fc.constantFrom(
  "application/json",
  "text/html",
  "text/event-stream",
  "text/plain; charset=utf-8",
);

/** A part of a stream is no answer, and a checksum tells every changed byte. */
function oracleOf({ bytes, content }: SampleStream, damage: ByteDamage, contentType: string): Oracle {
  const checked = contentType.includes("eventstream") && damage.kind === "flip";
  return (damage.kind === "cut" || checked) && damage.at * bytes.length < content ? "broken" : "any";
}

/** A stream in the client's own dialect that has something to say and an end mark is the vendor's own word. */
function forwardsEnd({ surface, wire }: Pair, pieces: readonly Uint8Array[]): boolean {
  const text = Buffer.concat(pieces).toString("latin1");
  return surface.id === wire.id && pieces.length > 1 && text.includes("[DONE]");
}

function junkName(wire: string): string {
  return wire === "bedrock-invoke" ? "chunk" : "contentBlockDelta";
}

function inPieces(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.slice(i * size, (i + 1) * size),
  );
}

function isObjectText(junk: string | Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(junk).toString());
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function notJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return `the vendor was sent what is not JSON: ${text.slice(0, 300)}`;
  }
}
