import { afterAll, describe, expect, test } from "bun:test";
import { bedrockConverse } from "../../src/wire/bedrock-converse/protocol.ts";
import { gemini } from "../../src/wire/gemini/protocol.ts";
import { ResponseCollector } from "../../src/wire/neutral/collect-response.ts";
import type { NeutralEvent } from "../../src/wire/neutral/event.ts";
import type { NeutralResponse } from "../../src/wire/neutral/response.ts";
import type { Protocol } from "../../src/wire/protocol.ts";
import type { SseFrame } from "../../src/wire/sse/sse-framer.ts";
import { expectedText } from "../measure/answer-text.ts";
import { requestBody } from "../payload/request-bytes.ts";
import type { BenchWire } from "../plan/lane.ts";
import { jsonShape, modelId, type Shape, streamShape } from "../plan/shape.ts";
import { inputTokens, outputTokens } from "./reply-text.ts";
import { startMockUpstream } from "./upstream.ts";

const upstream = startMockUpstream(0);
afterAll(() => upstream.stop());

const pathOf = {
  gemini: (model: string, stream: boolean) =>
    `/v1beta/models/${model}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
  "bedrock-converse": (model: string, stream: boolean) =>
    `/model/${model}/${stream ? "converse-stream" : "converse"}`,
} as const;

function ask(wire: keyof typeof pathOf, shape: Shape, path?: string): Promise<Response> {
  const model = modelId(wire, shape);
  const url = `http://127.0.0.1:${upstream.port}${path ?? pathOf[wire](model, shape.stream)}`;
  return fetch(url, { method: "POST", body: requestBody({ protocol: wire, model, shape }) });
}

function streamed(protocol: Protocol, bytes: Uint8Array): NeutralResponse {
  const frames: SseFrame[] = [];
  const framer = protocol.createFramer();
  framer.push(bytes, frames);
  framer.end(frames);
  const decoder = protocol.createStreamDecoder();
  const events: NeutralEvent[] = [];
  for (const frame of frames) decoder.decode(frame, events);
  decoder.end(events);
  const collector = new ResponseCollector();
  for (const event of events) collector.add(event);
  expect(collector.error).toBeUndefined();
  return collector.response();
}

function check(response: NeutralResponse, wire: BenchWire, shape: Shape): void {
  const text = response.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  expect(text).toBe(expectedText(wire, shape));
  expect(response.usage).toMatchObject({ input: inputTokens, output: outputTokens(shape.chunks) });
  expect(response.stopReason).toBe("stop");
}

for (const protocol of [gemini, bedrockConverse]) {
  const wire = protocol === gemini ? "gemini" : "bedrock-converse";
  describe(wire, () => {
    test("the plain answer is one that the protocol's reader understands", async () => {
      const shape = jsonShape("16k");
      const response = await ask(wire, shape);
      check(protocol.decodeResponse(await response.json()), wire, shape);
    });

    test("so is the streamed one, checksums included", async () => {
      const shape: Shape = { ...streamShape("small"), pace: "burst" };
      const response = await ask(wire, shape);
      expect(protocol.isStream(response.headers.get("content-type") ?? "")).toBe(true);
      check(streamed(protocol, await response.bytes()), wire, shape);
    });
  });
}

test("a model or a form of streaming it does not have is refused", async () => {
  const shape = streamShape("small");
  const model = modelId("gemini", shape);
  expect((await ask("gemini", shape, `/v1beta/models/${model}:streamGenerateContent`)).status).toBe(404);
  expect((await ask("bedrock-converse", shape, "/model/other/converse")).status).toBe(404);
});
