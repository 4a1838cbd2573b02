import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chatSurface, messagesSurface, readError, type Surface, startWorld, type World } from "./world.ts";

// Every path and every place for a key that clients are known to use.

let world: World;
beforeAll(async () => {
  world = await startWorld();
  // The same id at a second provider, to tell scoped calls from unscoped ones.
  await world.penstock.addProvider({
    name: "Second.Account",
    driver: "openai_completions",
    vendor: world.chat,
    models: ["gpt-4o-mini"],
  });
});
afterAll(() => world.stop());

function send(path: string, init: { headers?: Record<string, string>; body: unknown }): Promise<Response> {
  return fetch(`${world.penstock.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...init.headers },
    body: JSON.stringify(init.body),
  });
}

const key = () => ({ authorization: `Bearer ${world.penstock.gatewayKey}` });
const chat = chatSurface.body("gpt-4o-mini");
const messages = messagesSurface.body("claude-sonnet-4-5");

test.each([
  "/v1/chat/completions",
  "/chat/completions",
  "/v1/v1/chat/completions",
  "/openai/v1/chat/completions",
  "/v1/p/openai-prod/chat/completions",
  "/v1/p/openai-prod/v1/chat/completions",
  "/v1/p/OpenAI-Prod/chat/completions",
  "/v1/p/Second%2EAccount/chat/completions",
])("POST %s answers chat completions", async (path) => {
  const response = await send(path, { headers: key(), body: chat });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ object: "chat.completion" });
  const scoped = path.includes("Second") ? "Second.Account" : "openai-prod";
  expect(response.headers.get("x-penstock-provider")).toBe(scoped);
  expect(response.headers.get("x-penstock-model")).toBe("gpt-4o-mini");
});

test.each([
  "/v1/messages",
  "/messages",
  "/v1/v1/messages",
  "/v1/p/anthropic-prod/v1/messages",
  "/v1/p/anthropic-prod/messages",
])("POST %s answers messages", async (path) => {
  const response = await send(path, { headers: key(), body: messages });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ type: "message" });
});

test("Azure's style names the model in the path", async () => {
  for (const { model: _, ...body } of [chat, { ...chat, model: "another" }]) {
    const path = "/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21";
    const response = await send(path, { headers: { "api-key": world.penstock.gatewayKey }, body });
    expect(response.status).toBe(200);
    expect((world.chat.lastRequest().body as { model: string }).model).toBe("gpt-4o-mini");
  }
  const translated = await send("/openai/deployments/claude-sonnet-4-5/chat/completions", {
    headers: { "api-key": world.penstock.gatewayKey },
    body: { messages: chat.messages },
  });
  expect(translated.status).toBe(200);
});

test("a model may be named by its provider, on every surface", async () => {
  for (const surface of [chatSurface, messagesSurface]) {
    for (const [name, provider] of [
      ["second.account/gpt-4o-mini", "Second.Account"],
      ["openai-prod/gpt-4o-mini", "openai-prod"],
    ] as const) {
      const response = await world.penstock.post(surface.path, surface.body(name));
      expect(response.status).toBe(200);
      expect(response.headers.get("x-penstock-provider")).toBe(provider);
      expect((world.chat.lastRequest().body as { model: string }).model).toBe("gpt-4o-mini");
    }
  }
});

describe("a call scoped to a provider", () => {
  test("never leaves it: a model of another provider is not found", async () => {
    const response = await send("/v1/p/openai-prod/chat/completions", {
      headers: key(),
      body: chatSurface.body("claude-sonnet-4-5"),
    });
    expect(response.status).toBe(404);
    expect(response.headers.get("x-penstock-error")).toBe("model_not_found");
  });

  test("an unknown provider: 404 in the client's shape", async () => {
    for (const surface of [chatSurface, messagesSurface]) {
      const response = await send(`/v1/p/nobody${surface.path}`, {
        headers: key(),
        body: surface.body("gpt-4o-mini"),
      });
      expect(response.status).toBe(404);
      expect(readError(surface, await response.json()).message).toContain("nobody");
    }
  });
});

describe.each([chatSurface, messagesSurface])("keys of $name", (surface: Surface) => {
  const body = surface.body("playground-llm");
  const gatewayKey = () => world.penstock.gatewayKey;

  test.each([
    ["Authorization: Bearer", () => ({ authorization: `Bearer ${gatewayKey()}` })],
    ["authorization in other letters", () => ({ Authorization: `bearer   ${gatewayKey()} ` })],
    ["x-api-key", () => ({ "x-api-key": gatewayKey() })],
    ["api-key", () => ({ "api-key": gatewayKey() })],
    ["x-goog-api-key", () => ({ "x-goog-api-key": gatewayKey() })],
    ["a proxy's basic auth beside it", () => ({ authorization: "Basic dTpw", "x-api-key": gatewayKey() })],
    ["an empty bearer beside it", () => ({ authorization: "Bearer ", "x-api-key": gatewayKey() })],
  ])("%s", async (_, headers) => {
    const response = await send(surface.path, { headers: headers(), body });
    expect(response.status).toBe(200);
  });

  test("?key=", async () => {
    expect((await send(`${surface.path}?key=${gatewayKey()}`, { body })).status).toBe(200);
    expect((await send(`${surface.path}?beta=true&key=${gatewayKey()}`, { body })).status).toBe(200);
  });

  test("the gateway URL needs no header, and a header does not change it", async () => {
    const path = world.penstock.gatewayUrl.slice(world.penstock.url.length);
    expect((await send(path + surface.path, { body })).status).toBe(200);
    const named = await send(`${path}/v1/p/playground${surface.path}`, {
      headers: { authorization: "Bearer x" },
      body,
    });
    expect(named.status).toBe(200);
  });
});

describe("paths that are nobody's", () => {
  test.each([
    ["/v1/embedding", {}],
    ["/v1/chat/completion", {}],
    ["/v1/", {}],
    ["/v1/p/openai-prod", {}],
    ["/v1/p/%ff/chat/completions", {}],
    ["/openai/deployments/gpt-4o-mini/images", {}],
  ])("POST %s: 404 in OpenAI's shape", async (path, headers) => {
    const response = await send(path, { headers: { ...key(), ...headers }, body: chat });
    expect(response.status).toBe(404);
    expect(readError(chatSurface, await response.json()).message).toContain("path");
  });

  test("404 in Anthropic's shape for its clients", async () => {
    const response = await send("/v1/message", {
      headers: { ...key(), "anthropic-version": "2023-06-01" },
      body: messages,
    });
    expect(response.status).toBe(404);
    expect(readError(messagesSurface, await response.json()).type).toBe("not_found_error");
  });

  test("behind a gateway URL: 404 that does not say the token back", async () => {
    const path = world.penstock.gatewayUrl.slice(world.penstock.url.length);
    const response = await send(`${path}/nothing`, { body: chat });
    expect(response.status).toBe(404);
    const text = await response.text();
    readError(chatSurface, JSON.parse(text));
    expect(text).not.toContain(path.slice(3));
  });

  test("a gateway URL opens nothing administrative", async () => {
    const path = world.penstock.gatewayUrl.slice(world.penstock.url.length);
    for (const suffix of ["/api/v1/providers", "/u/x/api/v1/keys", "/setup"]) {
      const response = await fetch(`${world.penstock.url}${path}${suffix}`);
      expect(response.status).toBe(404);
    }
  });
});
