import { expect, test } from "bun:test";
import OpenAI from "openai";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { openaiChat } from "./protocol.ts";

const context = { requestId: "req_1", created: 5, model: "m", includeUsage: true };

/** The official client, answered with `body` whatever it asks. */
function client(body: string, type: string, status = 200): OpenAI {
  const answer = async () => new Response(body, { status, headers: { "content-type": type } });
  return new OpenAI({ apiKey: "k", baseURL: "http://gateway.test/v1", maxRetries: 0, fetch: answer });
}

function stream(events: readonly NeutralEvent[]): string {
  const encoder = openaiChat.createStreamEncoder(context);
  return events.map((event) => encoder.encode(event) || openaiChat.keepalive).join("");
}

const request = { model: "m", messages: [{ role: "user" as const, content: "q" }] };

const events: readonly NeutralEvent[] = [
  { type: "start", id: "msg_1", model: "claude" },
  { type: "part-start", index: 0, part: { type: "text" } },
  { type: "text-delta", index: 0, text: "Looking" },
  { type: "text-delta", index: 0, text: " it up…" },
  { type: "part-end", index: 0 },
  { type: "part-start", index: 1, part: { type: "tool_call", id: "a", name: "f", kind: "function" } },
  { type: "part-start", index: 2, part: { type: "tool_call", id: "b", name: "g", kind: "function" } },
  { type: "arguments-delta", index: 1, text: '{"city":"Zü' },
  { type: "arguments-delta", index: 2, text: "{}" },
  { type: "arguments-delta", index: 1, text: 'rich"}' },
  { type: "part-end", index: 1 },
  { type: "part-end", index: 2 },
  {
    type: "usage",
    usage: {
      input: 7,
      cacheRead: 3,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 5,
      reasoning: 0,
      audioInput: 0,
      audioOutput: 0,
      raw: null,
    },
  },
  { type: "finish", reason: "tool_calls" },
];

test("the official client gathers our stream, keepalives between the chunks included", async () => {
  const chat = client(stream(events), "text/event-stream").chat.completions;
  const completion = await chat
    .stream({ ...request, stream_options: { include_usage: true } })
    .finalChatCompletion();
  expect(completion.choices[0]?.message.content).toBe("Looking it up…");
  expect(completion.choices[0]?.finish_reason).toBe("tool_calls");
  expect(completion.choices[0]?.message.tool_calls).toMatchObject([
    { id: "a", type: "function", function: { name: "f", arguments: '{"city":"Zürich"}' } },
    { id: "b", type: "function", function: { name: "g", arguments: "{}" } },
  ]);
  expect(completion.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 });
});

test("the official client throws our error at the end of a begun stream", async () => {
  const error = new PenstockError("upstream_truncated", { fields: { provider: "p" } });
  const text = stream(events.slice(0, 4)) + openaiChat.encodeStreamError(error, "req_1");
  const chunks = await client(text, "text/event-stream").chat.completions.create({
    ...request,
    stream: true,
  });
  let content = "";
  const read = async () => {
    for await (const chunk of chunks) content += chunk.choices[0]?.delta.content ?? "";
  };
  await expect(read()).rejects.toThrow("ended the answer before it was complete");
  expect(content).toBe("Looking it up…");
});

test("the official client maps our errors to its classes", async () => {
  const error = new PenstockError("model_not_found", { fields: { model: "x", near: "" } });
  const { status, body } = openaiChat.encodeError(error, "req_1");
  const chat = client(body, "application/json", status).chat.completions;
  const failure: unknown = await chat.create(request).catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(OpenAI.NotFoundError);
  expect(failure).toMatchObject({ status: 404, code: "model_not_found", param: null });
});
