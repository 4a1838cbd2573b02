import { expect, test } from "bun:test";
import fc from "fast-check";
import type { RelayReader } from "../protocol.ts";
import { RelayMarks } from "./relay-marks.ts";
import { SseRelayScanner } from "./relay-scanner.ts";
import { type SseFrame, SseFramer } from "./sse-framer.ts";

const utf8 = new TextEncoder();
const marks = ['"usage":{', "[DONE]"];

class Recorder implements RelayReader {
  readonly payloads: string[] = [];
  readonly usage = undefined;
  readonly finished = false;
  readonly error = undefined;
  read(data: string): void {
    this.payloads.push(data);
  }
}

function scan(chunks: readonly Uint8Array[]): readonly string[] {
  const recorder = new Recorder();
  const scanner = new SseRelayScanner(recorder, new RelayMarks(marks));
  for (const chunk of chunks) {
    const reused = chunk.slice();
    scanner.push(reused);
    reused.fill(0);
  }
  scanner.end();
  return recorder.payloads;
}

/** What the framer yields, filtered: the scanner may skip work, never a marked event. */
function reference(bytes: Uint8Array): readonly string[] {
  const framer = new SseFramer();
  const out: SseFrame[] = [];
  framer.push(bytes, out);
  framer.end(out);
  return out.map((frame) => frame.data).filter((data) => marks.some((mark) => data.includes(mark)));
}

const line = fc.constantFrom(
  "",
  "",
  'data: {"usage":{"n":1}}',
  'data: {"usage":',
  "data: {}",
  "data: [DONE]",
  "data: ü🙂",
  ": [DONE]",
  "event: [DONE]",
  'data: {"usage":null}',
);
const stream = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\n", "\n", "\r", "\r\n")), { maxLength: 30 })
  .map((lines) => utf8.encode(lines.map(([text, end]) => text + end).join("")));

test("every marked event is read once, wherever the bytes are cut", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (bytes, cuts) => {
      const at = [...new Set(cuts.map((n) => n % (bytes.length + 1)))].sort((a, b) => a - b);
      const chunks = [0, ...at].map((start, i) => bytes.slice(start, at[i] ?? bytes.length));
      expect(scan(chunks)).toEqual([...reference(bytes)]);
    }),
    { numRuns: 500 },
  );
});

test("data lines of one event are joined before marks are looked for", () => {
  expect(scan([utf8.encode('data: {"a":1,\ndata: "usage":{}}\n\n')])).toEqual(['{"a":1,\n"usage":{}}']);
});

test("a byte order mark does not hide the first event", () => {
  expect(scan([utf8.encode("\uFEFFdata: [DONE]\n\n")])).toEqual(["[DONE]"]);
});

test("a last event without its blank line is read at the end", () => {
  expect(scan([utf8.encode("data: {}\n\ndata: [DONE]")])).toEqual(["[DONE]"]);
});
