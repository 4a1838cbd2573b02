import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ResponseCollector } from "../neutral/collect-response.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { SseRelayScanner } from "../sse/relay-scanner.ts";
import { type SseFrame, SseFramer } from "../sse/sse-framer.ts";
import { openaiChat } from "./protocol.ts";

const folder = `${import.meta.dir}/../../../testkit/recordings`;
const recordings = ["openai/chat/openai-text", "openai-compatible/chat/xai-text"];
const context = { requestId: "req_1", created: 1, model: "m", includeUsage: true };

function payloads(name: string): readonly string[] {
  return readFileSync(`${folder}/${name}.chunks.txt`, "utf8").trim().split("\n");
}

function wire(lines: readonly string[], end = "\n"): Uint8Array {
  const text = [...lines, "[DONE]"].map((line) => `data: ${line}${end}${end}`).join("");
  return new TextEncoder().encode(text);
}

function decode(chunks: readonly Uint8Array[]): NeutralEvent[] {
  const framer = new SseFramer();
  const decoder = openaiChat.createStreamDecoder();
  const frames: SseFrame[] = [];
  const events: NeutralEvent[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  for (const frame of frames) decoder.decode(frame, events);
  decoder.end(events);
  return events;
}

function encode(events: readonly NeutralEvent[]): string {
  const encoder = openaiChat.createStreamEncoder(context);
  return events.map((event) => encoder.encode(event)).join("");
}

/** What a client of the stream would gather, read without our decoder. */
function gathered(lines: readonly string[]) {
  let content = "";
  let reasoning = "";
  for (const line of lines) {
    const delta = JSON.parse(line).choices[0]?.delta ?? {};
    content += delta.content ?? "";
    reasoning += delta.reasoning_content ?? "";
  }
  return { content, reasoning };
}

function dataLines(stream: string): string[] {
  return stream
    .split("\n\n")
    .filter((frame) => frame !== "" && frame !== "data: [DONE]")
    .map((frame) => frame.slice("data: ".length));
}

test.each(recordings)("%s: the head of the stream cut at every byte gives the same events", (name) => {
  const lines = payloads(name);
  // The first chunks, the last of the text, the finish and the usage: every kind of event there is.
  const bytes = wire([...lines.slice(0, 4), ...lines.slice(-3)]);
  const whole = decode([bytes]);
  expect(whole.at(-1)?.type).toBe("finish");
  for (let at = 1; at < bytes.length; at++) {
    expect(decode([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
  }
});

test.each(recordings)("%s: the whole stream in chunks of any size gives the same events", (name) => {
  const bytes = wire(payloads(name), "\r\n");
  const whole = decode([bytes]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { minLength: 1, maxLength: 60 }), (cuts) => {
      const at = cuts.toSorted((a, b) => a - b);
      expect(decode([0, ...at].map((start, i) => bytes.subarray(start, at[i] ?? bytes.length)))).toEqual(
        whole,
      );
    }),
    { numRuns: 30 },
  );
  expect(decode([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
});

test.each(recordings)("%s: told again, a client gathers the same text, usage and finish", (name) => {
  const lines = payloads(name);
  const stream = encode(decode([wire(lines)]));
  const told = dataLines(stream);
  expect(gathered(told)).toEqual(gathered(lines));
  expect(stream.endsWith("data: [DONE]\n\n")).toBe(true);
  const chunks = told.map((line) => JSON.parse(line));
  expect(
    new Set(chunks.map((chunk) => `${chunk.id} ${chunk.created} ${chunk.model} ${chunk.object}`)).size,
  ).toBe(1);
  expect(chunks[0].choices[0].delta.role).toBe("assistant");
  expect(chunks.filter((chunk) => chunk.choices[0]?.finish_reason === "stop")).toHaveLength(1);
  expect(chunks.at(-1).choices).toEqual([]);
  // Decoding what we wrote gives the same answer again: nothing was lost on the way.
  const first = new ResponseCollector();
  const second = new ResponseCollector();
  for (const event of decode([wire(lines)])) first.add(event);
  for (const event of decode([new TextEncoder().encode(stream)])) second.add(event);
  expect(second.response().parts).toEqual(first.response().parts);
});

test.each(recordings)("%s: the whole reply keeps its text, reasoning and usage both ways", (name) => {
  const body = JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
  const answer = JSON.parse(openaiChat.encodeResponse(openaiChat.decodeResponse(body), context));
  const { message } = body.choices[0];
  expect(answer.choices[0].message.content).toBe(message.content);
  expect(answer.choices[0].message.reasoning_content).toBe(message.reasoning_content);
  expect(answer.choices[0].finish_reason).toBe(body.choices[0].finish_reason);
  expect(answer.usage.prompt_tokens).toBe(body.usage.prompt_tokens);
  // xAI's total says that its reasoning is not in completion_tokens.
  expect(answer.usage.total_tokens).toBe(body.usage.total_tokens);
  expect(answer.id).toBe(body.id);
});

test("xAI's ticks are dollars at its list price", () => {
  const body = JSON.parse(readFileSync(`${folder}/openai-compatible/chat/xai-text.json`, "utf8"));
  const usage = openaiChat.readUsage(body);
  expect(usage).toMatchObject({ input: 10, cacheRead: 2, output: 322, reasoning: 320 });
  const listPrice = (10 * 0.3 + 2 * 0.075 + 322 * 0.5) / 1e6;
  expect(usage?.reportedCostUsd).toBeCloseTo(listPrice, 12);
});

test.each(recordings)("%s: a relay reads usage and the end without decoding the text", (name) => {
  const lines = payloads(name);
  const reader = openaiChat.createRelayReader();
  const seen: string[] = [];
  const read = reader.read.bind(reader);
  reader.read = (data) => {
    seen.push(data);
    read(data);
  };
  const scanner = new SseRelayScanner(reader, openaiChat.relayMarks);
  for (const line of lines) scanner.push(new TextEncoder().encode(`data: ${line}\n\n`));
  expect(reader.finished).toBe(true);
  // The recording has no end mark: one must be added.
  expect(reader.missingEnd).toContain("data: [DONE]\n\n");
  scanner.push(new TextEncoder().encode("data: [DONE]\n\n"));
  scanner.end();
  expect(reader.missingEnd).toBe("");
  expect(reader.usage).toEqual(openaiChat.readUsage(JSON.parse(lines.at(-1) ?? "")));
  expect(reader.usage?.output).toBeGreaterThan(100);
  expect(seen.length).toBeLessThanOrEqual(4);
});
