import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ResponseCollector } from "../neutral/collect-response.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { SseRelayScanner } from "../sse/relay-scanner.ts";
import { type SseFrame, SseFramer } from "../sse/sse-framer.ts";
import { gemini } from "./protocol.ts";

const folder = `${import.meta.dir}/../../../testkit/recordings/google`;
const recordings = ["google-text", "google-tool-call", "google-reasoning-gemini3"];
const context = { requestId: "req_1", created: 1, model: "m", includeUsage: true };

const payloads = (name: string) => readFileSync(`${folder}/${name}.chunks.txt`, "utf8").trim().split("\n");

function wire(lines: readonly string[], end: string): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `data: ${line}${end}`).join(""));
}

function decode(chunks: readonly Uint8Array[]): NeutralEvent[] {
  const framer = new SseFramer();
  const decoder = gemini.createStreamDecoder();
  const frames: SseFrame[] = [];
  const events: NeutralEvent[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  for (const frame of frames) decoder.decode(frame, events);
  decoder.end(events);
  return events;
}

function collect(events: readonly NeutralEvent[]) {
  const collector = new ResponseCollector();
  for (const event of events) collector.add(event);
  return { response: collector.response(), error: collector.error };
}

describe.each(recordings)("%s", (name) => {
  test.each(["\n\n", "\r\n\r\n", "\r\r"])("cut at every byte gives the same events (%j)", (end) => {
    const bytes = wire(payloads(name), end);
    const whole = decode([bytes]);
    for (let at = 1; at < bytes.length; at++) {
      // Long recordings are mostly one signature, in whose middle no byte differs from the next.
      if (at > 700 && at < bytes.length - 300 && at % 7 !== 0) continue;
      expect(decode([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
  });

  test("a stream that ends anywhere before its end is an error, never a silent end", () => {
    const lines = payloads(name);
    const bytes = wire(lines, "\n\n");
    const complete = wire(lines.slice(0, -1), "\n\n").length;
    for (let end = 0; end < complete; end += 13) {
      expect(collect(decode([bytes.subarray(0, end)])).error?.code).toBe("stream_truncated");
    }
  });

  test("told again to a client and read back, it is the same answer", () => {
    const { response } = collect(decode([wire(payloads(name), "\n\n")]));
    const encoder = gemini.createStreamEncoder(context);
    const events = decode([wire(payloads(name), "\n\n")]);
    const text = events.map((event) => encoder.encode(event)).join("");
    const again = collect(decode([new TextEncoder().encode(text)])).response;
    expect({ ...again, usage: { ...again.usage, raw: null } }).toEqual({
      ...response,
      usage: { ...response.usage, raw: null },
    });
  });

  test("relayed, its usage and its end are found however it is cut", () => {
    const bytes = wire(payloads(name), "\r\n\r\n");
    const { response } = collect(decode([bytes]));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 5 }), (cuts) => {
        const reader = gemini.createRelayReader();
        const scanner = new SseRelayScanner(reader, gemini.relayMarks);
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        for (let i = 1; i < at.length; i++) scanner.push(bytes.slice(at[i - 1], at[i]));
        scanner.end();
        expect(reader.finished).toBe(true);
        expect(reader.usage).toEqual(response.usage);
      }),
      { numRuns: 30 },
    );
  });

  test("the whole answer is understood", () => {
    const body: unknown = JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
    const response = gemini.decodeResponse(body);
    expect(response.stopReason).toBe(name === "google-tool-call" ? "tool_calls" : "stop");
    expect(response.parts[0]).toHaveProperty("signature");
    expect(response.usage.output).toBeGreaterThan(response.usage.reasoning);
    expect(gemini.readUsage(body)).toEqual(response.usage);
  });
});

test("the signature of a streamed text stands on the empty part it came with", () => {
  const { parts } = collect(decode([wire(payloads("google-text"), "\n\n")])).response;
  expect(parts).toEqual([
    { type: "text", text: expect.stringContaining('There are **3** "r"s in strawberry.') },
    {
      type: "text",
      text: "",
      signature: expect.stringMatching(/^EqsFCqgFAb4\+9vvt/),
      origin: { protocol: "gemini" },
    },
  ]);
});

test("a call without an id gets one that is the same every time", () => {
  const [first, second] = [1, 2].map(() => collect(decode([wire(payloads("google-tool-call"), "\n\n")])));
  expect(first?.response.parts).toMatchObject([
    {
      type: "tool_call",
      name: "weather",
      arguments: '{"location":"San Francisco"}',
      signature: expect.any(String),
    },
  ]);
  expect(first?.response).toEqual(second?.response as never);
  expect(first?.response.parts[0]).toHaveProperty("id", "call_b36LacjwM668nsEP2tbsgQQ_0");
});

test("garbage in a frame ends the stream with an error", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (garbage) => {
      const line = garbage.replace(/[\r\n]/g, " ");
      fc.pre(line.trim() !== "" && line.trim() !== "[DONE]");
      const { error } = collect(decode([wire([line], "\n\n")]));
      expect(error?.code).toMatch(/^stream_/);
    }),
  );
});
