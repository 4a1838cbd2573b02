import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { NeutralEvent } from "../neutral/event.ts";
import { LossList } from "../neutral/loss.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { ChatStreamDecoder } from "./decode-stream.ts";
import { encodeRequest } from "./encode-request.ts";

const user = { role: "user", content: "Hi" };

function encode(fields: object, quirks: Record<string, string | boolean>, traits = {}) {
  const losses = new LossList();
  const request = decodeRequest({ model: "any", messages: [user], ...fields });
  const body = JSON.parse(encodeRequest(request, { model: "m", traits, quirks, losses }));
  return { body, losses: losses.toArray().map(({ field }) => field) };
}

describe("what a vendor of its own dialect gets", () => {
  test("its name for the seed", () => {
    expect(encode({ seed: 7 }, { seed_field: "random_seed" }).body).toMatchObject({ random_seed: 7 });
    expect(encode({ seed: 7 }, { seed_field: "random_seed" }).body.seed).toBeUndefined();
  });

  test("nothing it refuses, and the caller is told", () => {
    const { body, losses } = encode(
      { user: "u", store: true, stop: ["x"] },
      { refused_fields: "user, stop" },
    );
    expect(body).toEqual({ model: "m", messages: [user], store: true });
    expect(losses.sort()).toEqual(["stop", "user"]);
  });

  test("its own fields, from every caller; other unknown ones are losses", () => {
    const { body, losses } = encode(
      { safe_prompt: true, top_k: 5, other: 1 },
      { extra_fields: "safe_prompt,top_k" },
    );
    expect(body).toMatchObject({ safe_prompt: true, top_k: 5 });
    expect(losses).toEqual(["other"]);
    expect(encode({ top_k: 5 }, {}).losses).toEqual(["top_k"]);
  });

  test("no names on messages", () => {
    const named = {
      messages: [
        { ...user, name: "ann" },
        { role: "assistant", name: "bot", content: "Yo" },
      ],
    };
    const { body, losses } = encode(named, { message_names: false });
    expect(body.messages).toEqual([user, { role: "assistant", content: "Yo" }]);
    expect(losses).toEqual(["messages[0].name", "messages[1].name"]);
  });

  test("ids of calls in the form its models want, one for each call and its result", () => {
    const call = (id: string) => ({ id, type: "function", function: { name: "f", arguments: "{}" } });
    const result = (id: string) => ({ role: "tool", tool_call_id: id, content: id });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 50 }), { minLength: 1, maxLength: 5 }),
        (ids) => {
          const messages = [user, { role: "assistant", tool_calls: ids.map(call) }, ...ids.map(result)];
          const { body } = encode({ messages }, {}, { toolCallIdLength: 9 });
          const sent: string[] = body.messages[1].tool_calls.map(({ id }: { id: string }) => id);
          for (const id of sent) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
          expect(new Set(sent).size).toBe(ids.length);
          const answered = body.messages.slice(2).map(({ tool_call_id: id }: { tool_call_id: string }) => id);
          expect(answered).toEqual(sent);
        },
      ),
    );
  });
});

describe("reasoning inside content", () => {
  const thinking = (text: string) => ({ type: "thinking", thinking: [{ type: "text", text }] });
  const text = (value: string) => ({ type: "text", text: value });

  test("is told apart in a whole answer", () => {
    const message = { role: "assistant", content: [thinking("Hm."), text("Yes"), text(".")] };
    const { parts } = decodeResponse({ choices: [{ index: 0, message, finish_reason: "stop" }] });
    expect(parts).toEqual([
      { type: "thinking", text: "Hm.", origin: { protocol: "openai-chat" } },
      { type: "text", text: "Yes." },
    ]);
  });

  test("is told apart in a stream, whose later deltas are plain texts", () => {
    const decoder = new ChatStreamDecoder();
    const out: NeutralEvent[] = [];
    const deltas = [[thinking("H")], [thinking("m.")], [text("Y")], "es."];
    for (const content of deltas) {
      const data = JSON.stringify({
        id: "1",
        choices: [{ index: 0, delta: { content }, finish_reason: null }],
      });
      decoder.decode({ event: "", data }, out);
    }
    const told = (type: "thinking-delta" | "text-delta") =>
      out.map((event) => (event.type === type ? event.text : "")).join("");
    expect([told("thinking-delta"), told("text-delta")]).toEqual(["Hm.", "Yes."]);
  });

  test("goes back where it came from", () => {
    const turn = { role: "assistant", content: "Yes.", reasoning_content: "Hm." };
    const { body, losses } = encode({ messages: [user, turn] }, { reasoning_field: "content" });
    expect(body.messages[1]).toEqual({
      role: "assistant",
      content: [{ ...thinking("Hm."), closed: true }, text("Yes.")],
    });
    expect(losses).toEqual([]);
  });
});
