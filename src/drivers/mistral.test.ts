import { expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startMistralMock } from "../../testkit/mocks/mistral-server.ts";
import { Secret } from "../secrets/secret.ts";
import { LossList } from "../wire/neutral/loss.ts";
import { openaiChat } from "../wire/openai-chat/protocol.ts";
import mistral from "./mistral.ts";

testDriver({
  driver: mistral,
  start: startMistralMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => (new URL(origin).pathname === "/" ? [origin, `${origin}/v1`] : [`${origin}/v1`]),
  paths: { generate: "/v1/chat/completions", countTokens: undefined },
  knownModel: "mistral-medium-3-5",
  emptyList: { object: "list", data: [] },
});

test("lists what is for chat and what is not, without what is retired", async () => {
  await using mock = startMistralMock();
  const context = { baseUrl: mock.url, credential: { api_key: new Secret(mock.apiKey) }, options: {} };
  const models = await mistral.discover(context, plainFetch, new AbortController().signal);
  const facts = { input: ["text"] as const };
  expect(models).toEqual([
    { id: "mistral-medium-3-5", kind: "chat", contextTokens: 262_144, facts },
    { id: "ministral-8b-latest", kind: "chat", contextTokens: 131_072, facts },
    { id: "mistral-embed", kind: "embedding", contextTokens: 8192, facts },
  ]);
});

test("a conversation of another vendor becomes one that Mistral takes", async () => {
  await using mock = startMistralMock();
  const request = {
    model: "any",
    user: "u-1",
    seed: 7,
    store: true,
    safe_prompt: true,
    reasoning_effort: "high",
    messages: [
      { role: "user", name: "ann", content: "Weather?" },
      {
        role: "assistant",
        reasoning_content: "I should look.",
        content: "Looking.",
        tool_calls: [{ id: "toolu_01AbC", type: "function", function: { name: "weather", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "toolu_01AbC", content: "sunny" },
    ],
    tools: [{ type: "function", function: { name: "weather", parameters: { type: "object" } } }],
  };
  const losses = new LossList();
  const baseUrl = `${mock.url}/v1`;
  const credential = { api_key: new Secret(mock.apiKey) };
  const upstream = mistral.prepare({ baseUrl, credential, options: {} }, "openai-chat");
  const body = openaiChat.encodeRequest(openaiChat.decodeRequest(request), {
    model: "mistral-medium-3-5",
    traits: mistral.defaultTraits,
    quirks: upstream.quirks,
    losses,
  });
  const url = upstream.url({ operation: "generate", model: "m", stream: false }) ?? "";
  const headers = { ...upstream.headers, "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body });
  expect(await response.text()).toContain("The tool said: sunny");
  const sent = JSON.parse(body);
  expect(sent).toMatchObject({ random_seed: 7, safe_prompt: true, reasoning_effort: "high" });
  expect(sent.messages[1].content[0]).toEqual({
    type: "thinking",
    thinking: [{ type: "text", text: "I should look." }],
    closed: true,
  });
  expect(sent.messages[1].tool_calls[0].id).toBe(sent.messages[2].tool_call_id);
  expect(losses.toArray().map(({ field }) => field)).toEqual(["messages[0].name", "user", "store"]);
});
