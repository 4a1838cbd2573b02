import { describe, expect, test } from "bun:test";
import type { AssistantPart, ToolCallPart } from "../neutral/part.ts";
import { noUsage } from "../neutral/usage.ts";
import { anthropicMessages } from "./protocol.ts";

const call = (id: string, signature: string): ToolCallPart => ({
  type: "tool_call",
  id,
  name: "get_weather",
  arguments: "{}",
  kind: "function",
  signature,
  origin: { protocol: "gemini" },
});

const context = { requestId: "req_1", created: 0, model: "m", includeUsage: false };

/** The blocks a client gets for these parts. */
function blocksOf(parts: readonly AssistantPart[]): readonly Record<string, unknown>[] {
  const response = { id: "", model: "m", parts, stopReason: "tool_calls" as const, usage: noUsage };
  return JSON.parse(anthropicMessages.encodeResponse(response, context)).content;
}

/** What the gateway reads when a client sends these blocks back. */
function partsOf(content: readonly unknown[]): readonly unknown[] {
  const results = content.flatMap((block) => {
    const { type, id } = block as { type: string; id: string };
    return type === "tool_use" ? [{ type: "tool_result", tool_use_id: id, content: "ok" }] : [];
  });
  const { messages } = anthropicMessages.decodeRequest({
    model: "m",
    max_tokens: 10,
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content },
      ...(results.length > 0 ? [{ role: "user", content: results }] : []),
    ],
  });
  const [, turn] = messages;
  return turn?.role === "assistant" ? turn.parts : [];
}

describe("the signature of a call", () => {
  const parts = [call("call_1", "first"), call("weird.id:2", "second")];

  test("comes back on its call", () => {
    expect(partsOf(blocksOf(parts))).toEqual(parts);
  });

  test("also when the client has put a text before the call, or turned the calls about", () => {
    const [markOne, one, markTwo, two] = blocksOf(parts);
    const text = { type: "text", text: "between" };
    expect(partsOf([markOne, text, one, markTwo, two])).toEqual([text, ...parts]);
    expect(partsOf([markOne, markTwo, two, one])).toEqual([...parts].reverse());
  });

  test("is gone with a call that the client left out", () => {
    const [markOne, , markTwo, two] = blocksOf(parts);
    expect(partsOf([markOne, markTwo, two])).toEqual(parts.slice(1));
  });

  test("that an earlier version marked by place alone is still read", () => {
    const signature = `penstock.gemini.${Buffer.from("old").toString("base64url")}.next`;
    const block = { type: "tool_use", id: "call_1", name: "get_weather", input: {} };
    expect(partsOf([{ type: "thinking", thinking: "", signature }, block])).toEqual([call("call_1", "old")]);
  });

  test.each(["call-", "call-a.b", "call-ä", "after"])("with the forged place `%s` is refused", (place) => {
    const signature = `penstock.gemini.b2xk.${place}`;
    const block = { type: "thinking", thinking: "", signature };
    expect(() => partsOf([block])).toThrow("not as this gateway wrote it");
  });
});
