import { expect, test } from "bun:test";
import { LossList } from "../neutral/loss.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import { decodeResponse } from "./decode-response.ts";
import { encodeRequest } from "./encode-request.ts";

test("opaque reasoning goes back as the object it came in", () => {
  const reasoning = { encrypted_content: "c2VjcmV0", content: null };
  const answer = decodeResponse({
    id: "mai-api-1",
    choices: [{ message: { role: "assistant", content: "4", reasoning }, finish_reason: "stop" }],
  });
  const request: NeutralRequest = {
    model: "m",
    system: [],
    messages: [
      { role: "user", parts: [{ type: "text", text: "2+2" }] },
      { role: "assistant", parts: answer.parts },
      { role: "user", parts: [{ type: "text", text: "Sure?" }] },
    ],
    tools: [],
    stop: [],
    stream: false,
    includeUsage: false,
    extra: {},
  };
  const losses = new LossList();
  const options = { model: "m", traits: {}, losses };
  const body = JSON.parse(
    encodeRequest(request, { ...options, quirks: { reasoning_field: "reasoning_object" } }),
  );
  expect(body.messages[1]).toEqual({ role: "assistant", reasoning, content: "4" });
  expect(losses.size).toBe(0);
  // Elsewhere the state would be refused.
  expect(encodeRequest(request, { ...options, quirks: {} })).not.toContain("c2VjcmV0");
  expect(losses.size).toBe(1);
});
