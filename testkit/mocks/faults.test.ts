import { expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import {
  anthropicFaults,
  faultInStream as brokenMessages,
  faultReply as refusedMessages,
} from "./anthropic/faults.ts";
import { startAnthropicMock } from "./anthropic-server.ts";
import {
  faultInStream as brokenChat,
  openAiChatFaults,
  faultReply as refusedChat,
} from "./openai-chat/faults.ts";
import { startOpenAiChatMock } from "./openai-chat-server.ts";

const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

test("the official client takes a failure of the Messages API for what it is, before and inside a stream", async () => {
  await using mock = startAnthropicMock();
  const client = new Anthropic({ baseURL: mock.url, apiKey: mock.apiKey, maxRetries: 0 });
  const body = {
    model: "claude-opus-5-5",
    max_tokens: 100,
    messages: [{ role: "user" as const, content: "Hi" }],
  };
  mock.reply(refusedMessages(anthropicFaults.rateLimited), brokenMessages(anthropicFaults.overloaded));
  expect(await caught(client.messages.create(body))).toMatchObject({ status: 429, type: "rate_limit_error" });
  expect(String(await caught(client.messages.stream(body).finalMessage()))).toContain("Overloaded");
});

test("the official client takes a failure of Chat Completions for what it is, before and inside a stream", async () => {
  await using mock = startOpenAiChatMock();
  const client = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: mock.apiKey, maxRetries: 0 });
  const body = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Hi" }] };
  mock.reply(refusedChat(openAiChatFaults.noQuota), brokenChat(openAiChatFaults.serverError));
  expect(await caught(client.chat.completions.create(body))).toMatchObject({
    status: 429,
    code: "insufficient_quota",
  });
  expect(String(await caught(client.chat.completions.stream(body).finalChatCompletion()))).toContain(
    "had an error",
  );
});
