import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chunkMessages, frameMessages } from "../../../testkit/mocks/bedrock/event-stream.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { MessagesStreamDecoder } from "../anthropic-messages/decode-stream.ts";
import { EventStreamFramer } from "../aws-event-stream/event-stream-framer.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { LossList } from "../neutral/loss.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { decodeRequest } from "./decode-request.ts";
import { InvokeStreamDecoder } from "./decode-stream.ts";
import { encodeRequest } from "./encode-request.ts";
import { InvokeStreamEncoder } from "./encode-stream.ts";
import { bedrockInvoke } from "./protocol.ts";
import { InvokeRelayReader } from "./relay-reader.ts";

const context = { requestId: "req_1", created: 0, model: "asked", includeUsage: false };
const recording = join(
  import.meta.dir,
  "../../../testkit/recordings/anthropic/anthropic-clear-thinking.1.chunks.txt",
);
const events: unknown[] = readFileSync(recording, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line));
const bytes = new Uint8Array(frameMessages(chunkMessages(events)));

function decode(chunks: readonly Uint8Array[]): NeutralEvent[] {
  const framer = new EventStreamFramer();
  const decoder = new InvokeStreamDecoder();
  const frames: SseFrame[] = [];
  const out: NeutralEvent[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  for (const frame of frames) decoder.decode(frame, out);
  decoder.end(out);
  return out;
}

describe("a stream of native events in binary chunks", () => {
  const whole = decode([bytes]);

  test("reads as the same events sent by the Messages API", () => {
    const messages = new MessagesStreamDecoder();
    const direct: NeutralEvent[] = [];
    for (const event of events) messages.decode({ event: undefined, data: JSON.stringify(event) }, direct);
    messages.end(direct);
    expect(whole).toEqual(direct);
    expect(whole.at(-1)?.type).toBe("finish");
  });

  test("cut at any byte it gives the same events", () => {
    for (let at = 1; at < bytes.length; at += 3) {
      const cut = decode([bytes.subarray(0, at), bytes.subarray(at)]);
      if (!Bun.deepEquals(cut, whole)) expect({ at, cut }).toEqual({ at, cut: whole });
    }
  });

  test("cut off it is an error; an exception in it keeps its name, wherever the bytes are cut", () => {
    expect(decode([bytes.subarray(0, 900)]).at(-1)).toMatchObject({
      type: "error",
      error: { code: "stream_truncated" },
    });
    const start = frameMessages(chunkMessages(events.slice(0, 4)));
    const broken = frameMessages([["modelTimeoutException", { message: "slow" }]], "exception");
    for (const chunks of [[start, broken], [Buffer.concat([start, broken])]]) {
      const failed = decode(chunks.map((chunk) => new Uint8Array(chunk)));
      expect(failed.at(-1)).toMatchObject({ type: "error", error: { kind: "timeout", status: 408 } });
      expect(failed.filter(({ type }) => type === "error")).toHaveLength(1);
    }
    const odd = new Uint8Array(frameMessages([["chunk", { p: "ab" }]]));
    expect(decode([odd]).at(-1)).toMatchObject({ error: { code: "stream_malformed" } });
  });

  test("told again and metered", () => {
    const encoder = new InvokeStreamEncoder(context);
    const text = whole.map((event) => encoder.encode(event)).join("");
    const again = decode([new Uint8Array(Buffer.from(text, "latin1"))]);
    const told = (list: readonly NeutralEvent[]) =>
      list.map(({ type }) => type).filter((type) => type !== "usage" && type !== "ping");
    expect(told(again)).toEqual(told(whole));
    const reader = new InvokeRelayReader();
    for (const [, payload] of chunkMessages(events)) reader.read(JSON.stringify(payload));
    const last = whole.findLast((event) => event.type === "usage");
    expect([reader.finished, reader.usage]).toEqual([true, last?.usage]);
  });
});

describe("the body", () => {
  const base: NeutralRequest = {
    model: "m",
    system: [],
    messages: [{ role: "user", parts: [{ type: "text", text: "Hi" }] }],
    tools: [],
    maxOutputTokens: 100,
    stop: [],
    stream: true,
    includeUsage: true,
    extra: {},
  };
  const encode = (request: Partial<NeutralRequest>, betas: readonly string[] = []) => {
    const losses = new LossList();
    const text = encodeRequest(
      { ...base, ...request },
      { model: "m", traits: {}, quirks: {}, losses, betas },
    );
    return { body: JSON.parse(text), losses: losses.toHeader() };
  };

  test("has its version inside, and neither model nor stream", () => {
    expect(encode({}).body).toEqual({
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 100,
      messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
    });
    expect(decodeRequest(encode({}).body)).toMatchObject({ messages: base.messages, maxOutputTokens: 100 });
  });

  test("carries clients' features and context management, drops what the host does not know", () => {
    const { body, losses } = encode(
      { extra: { context_management: { edits: [] }, container: "c" }, serviceTier: "standard_only" },
      ["context-management-2025-06-27", "files-api-2025-04-14"],
    );
    expect(body).toMatchObject({
      anthropic_beta: ["context-management-2025-06-27"],
      context_management: { edits: [] },
    });
    expect(losses).toContain("container;action=dropped");
    expect(losses).toContain("anthropic-beta;action=dropped");
    expect(losses).toContain("service_tier;action=dropped");
  });

  test("automatic caching becomes a marker at the end", () => {
    const { body, losses } = encode({ autoCache: { ttl: "1h" } });
    expect(body.messages[0].content[0].cache_control).toEqual({ type: "ephemeral", ttl: "1h" });
    expect(losses).toBe("cache_control;action=emulated");
  });

  test("a URL anywhere is refused by name, and declared as what must be fetched", () => {
    const source = { kind: "url", url: "https://x/y.png" } as const;
    const result = {
      type: "tool_result",
      toolCallId: "t",
      content: [{ type: "image", source }],
      isError: false,
    } as const;
    for (const messages of [
      [{ role: "user", parts: [{ type: "image", source }] }],
      [{ role: "tool", parts: [result] }],
    ] as const) {
      expect(() => encode({ messages })).toThrow(PenstockError);
    }
    expect(bedrockInvoke.inlineMedia?.(source, {})).toBe(true);
    expect(bedrockInvoke.inlineMedia?.({ kind: "base64", mediaType: "image/png", data: "" }, {})).toBe(false);
  });
});
