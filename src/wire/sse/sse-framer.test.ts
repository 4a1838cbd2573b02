import { expect, test } from "bun:test";
import fc from "fast-check";
import { type SseFrame, SseFramer } from "./sse-framer.ts";

const utf8 = new TextEncoder();

function frames(chunks: readonly Uint8Array[], limit?: number): readonly SseFrame[] {
  const framer = limit === undefined ? new SseFramer() : new SseFramer(limit);
  const out: SseFrame[] = [];
  for (const chunk of chunks) framer.push(chunk, out);
  framer.end(out);
  return out;
}

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((n) => n % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, i) => bytes.slice(start, at[i] ?? bytes.length));
}

/** The specification's algorithm, on whole text, as plainly as it can be written. */
function reference(text: string): readonly SseFrame[] {
  const out: SseFrame[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const rest = lines.pop() ?? "";
  let event: string | undefined;
  let data: string[] = [];
  const read = (line: string) => {
    const [, field, value] = /^([^:]*)(?::[ ]?(.*))?$/s.exec(line) ?? [];
    if (field === "data") data.push(value ?? "");
    if (field === "event") event = value || undefined;
  };
  for (const line of lines) {
    if (line === "") {
      if (data.length > 0) out.push({ event, data: data.join("\n") });
      event = undefined;
      data = [];
    } else read(line);
  }
  if (rest !== "") read(rest);
  if (data.length > 0) {
    out.push({ event, data: data.join("\n"), ...(rest === "" ? {} : { partial: true }) });
  }
  return out;
}

const line = fc.oneof(
  fc.constantFrom("", "", "data", "data:", "event: x", "event:", "event", ": comment", "id: 7", "retry: 1"),
  fc.constantFrom("event: y", "event:x", "event: xy", "event: é", "event: Ã©", "event: \uFFFD"),
  fc.constantFrom("dat", "data2: no", "eventful: no", " data: no", "data : no"),
  fc.string({ unit: "binary", maxLength: 12 }).map((s) => `data: ${s.replace(/[\r\n]/g, "")}`),
  fc.string({ unit: "grapheme", maxLength: 12 }).map((s) => `data:${s.replace(/[\r\n]/g, "")}`),
);
const stream = fc
  .tuple(
    fc.constantFrom("", "\uFEFF"),
    fc.array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n")), { maxLength: 30 }),
    line,
  )
  .map(([bom, lines, rest]) => bom + lines.map(([text, end]) => text + end).join("") + rest);

test("frames are the specification's, wherever the bytes are cut", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (text, cuts) => {
      // Unpaired surrogates have no UTF-8: compare what the bytes say.
      const bytes = utf8.encode(text);
      const expected = reference(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
      expect(frames(cut(bytes, cuts))).toEqual([...expected]);
      expect(frames([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual([...expected]);
    }),
    { numRuns: 400 },
  );
});

test("an event cut at every byte is the same event", () => {
  const bytes = utf8.encode("\uFEFFevent: e\r\n: hi\r\ndata: Zü🙂\r\ndata:  b\r\n\r\ndata: [DONE]\n\n");
  const whole = [
    { event: "e", data: "Zü🙂\n b" },
    { event: undefined, data: "[DONE]" },
  ];
  for (let at = 0; at <= bytes.length; at++) {
    expect(frames([bytes.slice(0, at), bytes.slice(at)])).toEqual(whole);
  }
});

test("the end tells a missing blank line from a line that was cut", () => {
  const out: SseFrame[] = [];
  const complete = new SseFramer();
  complete.push(utf8.encode("data: {}\n"), out);
  complete.end(out);
  expect(complete.truncated).toBe(false);
  const cutShort = new SseFramer();
  cutShort.push(utf8.encode('data: {"a'), out);
  cutShort.end(out);
  expect(cutShort.truncated).toBe(true);
  expect(out).toEqual([
    { event: undefined, data: "{}" },
    { event: undefined, data: '{"a', partial: true },
  ]);
});

test("a transport may reuse its chunk", () => {
  const chunk = utf8.encode("data: abc");
  const framer = new SseFramer();
  const out: SseFrame[] = [];
  framer.push(chunk, out);
  chunk.fill(0);
  framer.push(utf8.encode("def\n\n"), out);
  expect(out).toEqual([{ event: undefined, data: "abcdef" }]);
});

test("a 32 MB line in small chunks takes linear time", () => {
  const framer = new SseFramer();
  const out: SseFrame[] = [];
  framer.push(utf8.encode("data: "), out);
  const chunk = utf8.encode("x".repeat(2048));
  const started = performance.now();
  for (let i = 0; i < 16_384; i++) framer.push(chunk, out);
  framer.push(utf8.encode("\n\n"), out);
  // Quadratic work would move half a terabyte.
  expect(performance.now() - started).toBeLessThan(3000);
  expect(out[0]?.data.length).toBe(33_554_432);
});

test("a line above the limit is refused, however it is cut; one at the limit is not", () => {
  const bytes = utf8.encode(`data: ${"x".repeat(10)}\n\n`);
  for (let at = 0; at <= bytes.length; at++) {
    expect(() => frames([bytes.slice(0, at), bytes.slice(at)], 15)).toThrow("longer than 15 bytes");
    expect(frames([bytes.slice(0, at), bytes.slice(at)], 16)).toHaveLength(1);
  }
});

test("an event of endless data lines is refused", () => {
  const line = utf8.encode("data: 0123456789\n");
  expect(() =>
    frames(
      Array.from({ length: 10 }, () => line),
      64,
    ),
  ).toThrow("longer than 64 characters");
});
