import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { isNdjson } from "./is-ndjson.ts";
import { NdjsonFramer } from "./ndjson-framer.ts";
import { writeLine } from "./write-line.ts";

function frame(chunks: readonly Uint8Array[]): readonly SseFrame[] {
  const framer = new NdjsonFramer();
  const out: SseFrame[] = [];
  for (const chunk of chunks) framer.push(chunk, out);
  framer.end(out);
  return out;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const data = (frames: readonly SseFrame[]) => frames.map((line) => line.data);

describe("lines of JSON", () => {
  test("are the same wherever the bytes are cut", () => {
    const values = fc.array(fc.record({ text: fc.string({ unit: "grapheme" }) }), { maxLength: 6 });
    fc.assert(
      fc.property(values, fc.nat(), (list, seed) => {
        const whole = bytes(list.map(writeLine).join(""));
        const at = whole.length === 0 ? 0 : seed % whole.length;
        const framed = data(frame([whole.subarray(0, at), whole.subarray(at)]));
        expect(framed.map((line): unknown => JSON.parse(line))).toEqual(list);
      }),
    );
  });

  test("may end in CRLF, blank ones are skipped, and the last needs no end", () => {
    const frames = frame([bytes('{"a":1}\r\n\r\n  \n{"b":2}')]);
    expect(frames).toEqual([
      { event: undefined, data: '{"a":1}' },
      { event: undefined, data: '{"b":2}', partial: true },
    ]);
  });

  test("that never end are refused", () => {
    const framer = new NdjsonFramer(10);
    expect(() => framer.push(bytes("x".repeat(11)), [])).toThrow(PenstockError);
  });
});

test.each([
  ["application/x-ndjson", true],
  ["application/x-ndjson; charset=utf-8", true],
  ["application/ndjson", true],
  ["application/json", false],
  ["text/event-stream", false],
  ["", false],
])("%p is a stream: %p", (type, expected) => expect(isNdjson(type)).toBe(expected));
