import { expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import { LossList } from "../neutral/loss.ts";
import { decodeTokenCount, encodeCountRequest, encodeTokenCount } from "./count-tokens.ts";
import { decodeCountRequest } from "./decode-request.ts";

test("a count asks for what the model reads and nothing that shapes its answer", () => {
  const body = {
    model: "asked",
    system: "be brief",
    messages: [{ role: "user", content: "hi" }],
    tools: [{ name: "f", input_schema: { type: "object" } }],
    tool_choice: { type: "any" },
    temperature: 0.3,
    stop_sequences: ["END"],
    stream: true,
    metadata: { user_id: "u" },
  };
  const losses = new LossList();
  const sent = encodeCountRequest(decodeCountRequest(body), {
    model: "claude-x",
    traits: {},
    quirks: {},
    losses,
  });
  expect(JSON.parse(sent)).toEqual({
    model: "claude-x",
    system: [{ type: "text", text: "be brief" }],
    messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
    tools: [{ name: "f", input_schema: { type: "object" } }],
    tool_choice: { type: "any" },
  });
  expect(losses.toArray()).toEqual([]);
});

test("a count goes both ways", () => {
  expect(decodeTokenCount(JSON.parse(encodeTokenCount(42)))).toBe(42);
  expect(() => decodeTokenCount({ input_tokens: "many" })).toThrow(PenstockError);
});
