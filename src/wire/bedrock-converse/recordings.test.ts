import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { frameMessages, type StreamMessage } from "../../../testkit/mocks/bedrock/event-stream.ts";
import { EventStreamFramer } from "../aws-event-stream/event-stream-framer.ts";
import { ResponseCollector } from "../neutral/collect-response.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { decodeResponse } from "./decode-response.ts";
import { ConverseStreamDecoder } from "./decode-stream.ts";
import { encodeResponse } from "./encode-response.ts";
import { ConverseStreamEncoder } from "./encode-stream.ts";
import { ConverseRelayReader } from "./relay-reader.ts";

const folder = join(import.meta.dir, "../../../testkit/recordings/amazon-bedrock");

/** A recording as the vendor sent it. */
function messages(name: string): StreamMessage[] {
  return readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [type = "", payload] = Object.entries(JSON.parse(line))[0] ?? [];
      return [type, payload as object];
    });
}

function decode(chunks: readonly Uint8Array[]): NeutralEvent[] {
  const framer = new EventStreamFramer();
  const decoder = new ConverseStreamDecoder();
  const frames: SseFrame[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  const events: NeutralEvent[] = [];
  for (const frame of frames) decoder.decode(frame, events);
  decoder.end(events);
  return events;
}

const streams = readdirSync(folder).filter((name) => name.endsWith(".chunks.txt"));
test("there are recordings to replay", () => expect(streams.length).toBeGreaterThanOrEqual(2));

describe.each(streams)("%s", (name) => {
  const sent = messages(name);
  const bytes = new Uint8Array(frameMessages(sent));
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

  test("cut off at any byte before its last word it is an error, never a complete answer", () => {
    const known = frameMessages(
      sent.slice(
        0,
        sent.findIndex(([type]) => type === "messageStop"),
      ),
    ).length;
    for (let at = 0; at <= known; at += 7) {
      expect(decode([bytes.subarray(0, at)]).at(-1)).toMatchObject({ type: "error", error: { status: 502 } });
    }
  });

  test("told again, the same events come of it", () => {
    const encoder = new ConverseStreamEncoder();
    const text = whole.map((event) => encoder.encode(event)).join("");
    const collect = (events: readonly NeutralEvent[]) => {
      const collector = new ResponseCollector();
      for (const event of events) collector.add(event);
      const { usage, ...rest } = collector.response();
      return { ...rest, usage: { ...usage, raw: null } };
    };
    expect(collect(decode([new Uint8Array(Buffer.from(text, "latin1"))]))).toEqual(collect(whole));
  });

  test("its usage is read from its payloads alone", () => {
    const reader = new ConverseRelayReader();
    for (const [, payload] of sent) reader.read(JSON.stringify(payload));
    const last = whole.findLast((event) => event.type === "usage");
    expect([reader.finished, reader.usage]).toEqual([true, last?.usage]);
  });

  test("the whole answer of the same kind has parts of the same kinds", () => {
    const body = JSON.parse(readFileSync(join(folder, name.replace("chunks.txt", "json")), "utf8"));
    const response = decodeResponse(body);
    const collector = new ResponseCollector();
    for (const event of whole) collector.add(event);
    expect(collector.response().parts.map(({ type }) => type)).toEqual(
      response.parts.map(({ type }) => type),
    );
    expect(collector.response().stopReason).toBe(response.stopReason);
    expect(decodeResponse(JSON.parse(encodeResponse(response))).parts).toEqual(response.parts);
  });
});
