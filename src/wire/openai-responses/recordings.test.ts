import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ResponseCollector } from "../neutral/collect-response.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { JsonObject } from "../read-json.ts";
import { SseRelayScanner } from "../sse/relay-scanner.ts";
import { type SseFrame, SseFramer } from "../sse/sse-framer.ts";
import { openaiResponses } from "./protocol.ts";

const folder = `${import.meta.dir}/../../../testkit/recordings`;
const streams = [
  "openai/responses/openai-reasoning-encrypted-content.1",
  "open-responses/responses/lmstudio-basic.1",
  "azure/azure-text.1",
];
const context = { requestId: "req_1", created: 1, model: "m", includeUsage: true };

/** The first response of a file: one of them holds two, one after the other. */
function payloads(name: string): readonly string[] {
  const lines = readFileSync(`${folder}/${name}.chunks.txt`, "utf8").trim().split("\n");
  const end = lines.findIndex((line) => /"type":"response\.(completed|failed)"/.test(line));
  return lines.slice(0, end + 1);
}

function wire(lines: readonly string[], options: { end?: string; named?: boolean } = {}): Uint8Array {
  const { end = "\n", named = true } = options;
  const text = lines.map((line) => {
    const name = named ? `event: ${JSON.parse(line).type}${end}` : "";
    return `${name}data: ${line}${end}${end}`;
  });
  return new TextEncoder().encode(text.join(""));
}

function decode(chunks: readonly Uint8Array[]): NeutralEvent[] {
  const framer = new SseFramer();
  const decoder = openaiResponses.createStreamDecoder();
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
  return collector.response();
}

function bare(part: AssistantPart): AssistantPart {
  return part.type === "thinking" ? { ...part, signature: "" } : part;
}

function encode(events: readonly NeutralEvent[]): string {
  const encoder = openaiResponses.createStreamEncoder(context);
  return events.map((event) => encoder.encode(event)).join("");
}

test.each(streams)("%s: head and tail of the stream cut at every byte give the same events", (name) => {
  const lines = payloads(name);
  const bytes = wire([...lines.slice(0, 6), ...lines.slice(-4)]);
  const whole = decode([bytes]);
  expect(whole.at(-1)?.type).toBe("finish");
  for (let at = 1; at < bytes.length; at++) {
    expect(decode([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
  }
});

test.each(streams)("%s: chunks of any size, CRLF, and no event names change nothing", (name) => {
  const lines = payloads(name);
  const whole = decode([wire(lines)]);
  expect(decode([wire(lines, { named: false })])).toEqual(whole);
  const bytes = wire(lines, { end: "\r\n" });
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { minLength: 1, maxLength: 60 }), (cuts) => {
      const at = cuts.toSorted((a, b) => a - b);
      expect(decode([0, ...at].map((start, i) => bytes.subarray(start, at[i] ?? bytes.length)))).toEqual(
        whole,
      );
    }),
    { numRuns: 15 },
  );
});

test.each(streams)("%s: the stream says what its last event says", (name) => {
  const lines = payloads(name);
  const { response } = JSON.parse(lines.at(-1) ?? "");
  const streamed = collect(decode([wire(lines)]));
  const whole = openaiResponses.decodeResponse(response);
  // Each copy of a reasoning item is encrypted anew: the one of `output_item.done` counts.
  expect(streamed.parts.map(bare)).toEqual(whole.parts.map(bare));
  expect(streamed.usage).toEqual(whole.usage);
  expect(streamed.stopReason).toBe(whole.stopReason);
  expect([streamed.id, streamed.model]).toEqual([whole.id, whole.model]);
});

test.each(streams)("%s: told again, a client gathers the same answer, in the protocol's grammar", (name) => {
  const events = decode([wire(payloads(name))]);
  const stream = encode(events);
  const { parts } = collect(events);
  const again = collect(decode([new TextEncoder().encode(stream)])).parts;
  expect(again.map(bare)).toEqual(parts.map(bare));
  // What the client sends back is what the vendor wrote, under the vendor's own id.
  const { output } = JSON.parse(
    /^data: (.*)$/gm.exec(stream.slice(stream.lastIndexOf("event: ")))?.[1] ?? "",
  ).response;
  const answers = output.flatMap((item: JsonObject) =>
    item.type === "function_call"
      ? [{ type: "function_call_output", call_id: item.call_id, output: "ok" }]
      : [],
  );
  const request = openaiResponses.decodeRequest({ model: "m", input: [...output, ...answers] });
  expect(request.messages[0]?.parts).toEqual(parts);
  const told: JsonObject[] = [...stream.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
  expect(told.map((event) => event.sequence_number)).toEqual(told.map((_, i) => i));
  expect([...stream.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)).toEqual(
    told.map((event) => String(event.type)),
  );
});

test("encrypted reasoning keeps its id, its summary and the last of its encryptions", () => {
  const lines = payloads(streams[0] ?? "");
  const done = lines
    .map((line) => JSON.parse(line))
    .find(({ type, item }) => type === "response.output_item.done" && item.type === "reasoning");
  const [thinking] = collect(decode([wire(lines)])).parts;
  expect(thinking?.type).toBe("thinking");
  const body = JSON.parse(
    openaiResponses.encodeRequest(
      {
        model: "m",
        system: [],
        messages: [
          { role: "user", parts: [{ type: "text", text: "q" }] },
          {
            role: "assistant",
            parts: [...(thinking === undefined ? [] : [thinking]), { type: "text", text: "a" }],
          },
        ],
        tools: [],
        stop: [],
        stream: false,
        includeUsage: false,
        extra: {},
      },
      {
        model: "m",
        traits: {},
        quirks: {},
        losses: { add: (field: string) => expect(field).toBe("") } as never,
      },
    ),
  );
  const { id, summary, encrypted_content } = done.item;
  expect(body.input[1]).toEqual({ type: "reasoning", id, summary, encrypted_content });
  expect(body).toMatchObject({ store: false, include: ["reasoning.encrypted_content"] });
});

test("a quota error inside HTTP 200 is an error with its kind, and nothing follows it", () => {
  const events = decode([wire(payloads("openai/responses/openai-error.1"))]);
  expect(events.map(({ type }) => type)).toEqual(["start", "error"]);
  expect(events.at(-1)).toMatchObject({
    error: { kind: "quota_exhausted", status: 429, code: "insufficient_quota" },
  });
});

test("Azure's filter results are ignored", () => {
  const body = JSON.parse(readFileSync(`${folder}/azure/azure-text.1.json`, "utf8"));
  expect(body.content_filters).toBeArray();
  expect(openaiResponses.decodeResponse(body)).toMatchObject({
    stopReason: "stop",
    parts: [{ type: "text" }],
  });
});

test.each(streams)("%s: a relay reads usage and the end without decoding the text", (name) => {
  const lines = payloads(name);
  const reader = openaiResponses.createRelayReader();
  let seen = 0;
  const read = reader.read.bind(reader);
  reader.read = (data) => {
    seen++;
    read(data);
  };
  const scanner = new SseRelayScanner(reader, openaiResponses.relayMarks);
  scanner.push(wire(lines.slice(0, 2)));
  expect(reader.begun).toBe(false);
  scanner.push(wire(lines.slice(2, 3)));
  expect(reader.begun).toBe(true);
  scanner.push(wire(lines.slice(3)));
  expect(reader.finished).toBe(true);
  expect(reader.usage).toEqual(openaiResponses.readUsage(JSON.parse(lines.at(-1) ?? "").response));
  expect(seen).toBeLessThanOrEqual(4);
});

test("a relay reads the quota error, too", () => {
  const reader = openaiResponses.createRelayReader();
  const scanner = new SseRelayScanner(reader, openaiResponses.relayMarks);
  scanner.push(wire(payloads("openai/responses/openai-error.1")));
  expect(reader.error).toMatchObject({ kind: "quota_exhausted" });
});
