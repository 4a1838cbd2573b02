import { expect, test } from "bun:test";
import { decodeRequest } from "./decode-request.ts";

test("a call whose caller says that nobody signed it has no signature, and so none to lose", () => {
  const { messages } = decodeRequest({
    model: "m",
    contents: [
      { role: "user", parts: [{ text: "Paris?" }] },
      {
        role: "model",
        parts: [
          {
            functionCall: { id: "call_1", name: "get_weather", args: {} },
            thoughtSignature: "skip_thought_signature_validator",
          },
        ],
      },
      {
        role: "user",
        parts: [{ functionResponse: { id: "call_1", name: "get_weather", response: { output: "sunny" } } }],
      },
    ],
  });
  expect(messages[1]).toEqual({
    role: "assistant",
    parts: [{ type: "tool_call", id: "call_1", name: "get_weather", arguments: "{}", kind: "function" }],
  });
});
