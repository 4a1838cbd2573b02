import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import { ResponseCollector } from "../neutral/collect-response.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { SseRelayScanner } from "../sse/relay-scanner.ts";
import { type SseFrame, SseFramer } from "../sse/sse-framer.ts";
import { decodeResponse } from "./decode-response.ts";
import { MessagesStreamDecoder } from "./decode-stream.ts";
import { encodeResponse } from "./encode-response.ts";
import { MessagesStreamEncoder } from "./encode-stream.ts";
import { MessagesRelayReader, relayMarks } from "./relay-reader.ts";

const folder = join(import.meta.dir, "../../../testkit/recordings/anthropic");
const context = { requestId: "req_1", created: 0, model: "asked", includeUsage: false };

/** A recording as the vendor sent it. */
function sse(name: string): string {
  const lines = readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => `event: ${JSON.parse(line).type}\ndata: ${line}\n\n`).join("");
}

function decode(chunks: readonly Uint8Array[]): NeutralEvent[] {
  const framer = new SseFramer();
  const decoder = new MessagesStreamDecoder();
  const frames: SseFrame[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  const events: NeutralEvent[] = [];
  for (const frame of frames) decoder.decode(frame, events);
  decoder.end(events);
  return events;
}

function encode(events: readonly NeutralEvent[]): string {
  const encoder = new MessagesStreamEncoder(context);
  return events.map((event) => encoder.encode(event)).join("");
}

/** What the official SDK makes of a stream. */
async function accumulate(body: string): Promise<Anthropic.Message> {
  const client = new Anthropic({
    apiKey: "k",
    maxRetries: 0,
    fetch: async () => new Response(body, { headers: { "content-type": "text/event-stream" } }),
  });
  const stream = client.messages.stream({
    model: "m",
    max_tokens: 1,
    messages: [{ role: "user", content: "x" }],
  });
  return JSON.parse(JSON.stringify(await stream.finalMessage()));
}

const streams = readdirSync(folder).filter((name) => name.endsWith(".chunks.txt"));
test("there are recordings to replay", () => expect(streams.length).toBeGreaterThanOrEqual(3));

describe.each(streams)("%s", (name) => {
  const bytes = new TextEncoder().encode(sse(name));
  const whole = decode([bytes]);

  test("ends well", () => {
    expect(whole.at(0)?.type).toBe("start");
    expect(whole.at(-1)?.type).toBe("finish");
  });

  test("cut at any byte it gives the same events", () => {
    for (let at = 1; at < bytes.length; at++) {
      const events = decode([bytes.subarray(0, at), bytes.subarray(at)]);
      if (!Bun.deepEquals(events, whole)) expect({ at, events }).toEqual({ at, events: whole });
    }
  });

  test("cut off at any byte before its end it is an error, never a complete answer", () => {
    const known = sse(name).indexOf("event: message_delta");
    for (let at = 0; at < known; at += 7) {
      const last = decode([bytes.subarray(0, at)]).at(-1);
      expect(last).toMatchObject({ type: "error", error: { status: 502 } });
    }
  });

  test("told again, the official SDK makes the same message of it", async () => {
    const [theirs, ours] = [await accumulate(sse(name)), await accumulate(encode(whole))];
    const { usage, ...message } = theirs;
    expect(ours).toMatchObject({ ...message, stop_details: null });
    const { inference_geo: _, ...counters } = usage;
    expect(ours.usage).toMatchObject(counters);
  });

  test("relayed, its usage is read wherever it is cut", () => {
    for (const at of [1, 500, bytes.length - 5]) {
      const reader = new MessagesRelayReader();
      const scanner = new SseRelayScanner(reader, relayMarks);
      scanner.push(bytes.subarray(0, at));
      scanner.push(bytes.subarray(at));
      scanner.end();
      const last = whole.findLast((event) => event.type === "usage");
      expect(reader.usage).toEqual(last?.usage);
      expect(reader.finished).toBe(true);
      expect(reader.missingEnd).toBe("");
    }
  });

  test("the whole answer of the same kind has parts of the same kinds", () => {
    const response = decodeResponse(
      JSON.parse(readFileSync(join(folder, name.replace("chunks.txt", "json")), "utf8")),
    );
    const collector = new ResponseCollector();
    for (const event of whole) collector.add(event);
    const streamed = collector.response();
    expect(streamed.parts.map(({ type }) => type)).toEqual(response.parts.map(({ type }) => type));
    expect(streamed.stopReason).toBe(response.stopReason);
    expect(decodeResponse(JSON.parse(encodeResponse(response, context))).parts).toEqual(response.parts);
  });
});
