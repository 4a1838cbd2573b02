import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { anthropicClient, openAiClient } from "./official-clients.ts";
import { chatSurface, messagesSurface, readError, type Surface, startWorld, type World } from "./world.ts";

// What Penstock itself refuses, before any vendor is called: in the client's shape, with what to change.

let world: World;
let keys: {
  readonly revoked: string;
  readonly expiring: string;
  readonly limited: string;
  readonly token: string;
};

beforeAll(async () => {
  world = await startWorld();
  const revoked = await createKey({ name: "revoked" });
  const expiring = await createKey({
    name: "expiring",
    expires_at: new Date(Date.now() + 300).toISOString(),
  });
  const limited = await createKey({ name: "limited", allowed_models: ["gpt-4o-mini"] });
  const token = await createKey({ name: "token", carrier: "url" });
  expect((await world.penstock.api("DELETE", `/keys/${revoked.id}`)).status).toBeLessThan(300);
  keys = { revoked: revoked.value, expiring: expiring.value, limited: limited.value, token: token.value };
});
afterAll(() => world.stop());

async function createKey(
  input: Record<string, unknown>,
): Promise<{ readonly id: string; readonly value: string }> {
  const { status, body } = await world.penstock.api("POST", "/keys", input);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body as { id: string; value: string };
}

/** A POST without any key of its own. */
function post(path: string, headers: Record<string, string>, body: unknown): Promise<Response> {
  return fetch(`${world.penstock.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe.each([chatSurface, messagesSurface])("$name", (surface: Surface) => {
  const body = surface.body("playground-llm");

  async function refusal(
    response: Response,
    wanted: { readonly status: number; readonly code: string; readonly type: string },
  ) {
    expect(response.status).toBe(wanted.status);
    expect(response.headers.get("x-penstock-error")).toBe(wanted.code);
    expect(response.headers.get("content-type")).toStartWith("application/json");
    expect(response.headers.get("x-penstock-request-id")).toStartWith("req_");
    const text = await response.text();
    const error = readError(surface, JSON.parse(text));
    expect(error.type).toBe(wanted.type);
    return { ...error, text };
  }

  const unauthorized = surface.name === "chat" ? "invalid_request_error" : "authentication_error";
  const wrong = "psk_wrong0000000000000000000000000000000000000000000000000";

  test.each([
    ["a wrong key", () => bearer(wrong)],
    ["a wrong key in x-api-key", () => ({ "x-api-key": wrong })],
    ["something that is no key at all", () => bearer("sk-proj-abc")],
    ["an endless key", () => bearer("k".repeat(5_000))],
    ["a revoked key", () => bearer(keys.revoked)],
    ["a path token in a header", () => bearer(keys.token)],
  ])("%s: 401, and the key is not said back", async (_, headers) => {
    const sent = headers();
    const { text } = await refusal(await post(surface.path, sent, body), {
      status: 401,
      code: "key_invalid",
      type: unauthorized,
    });
    for (const value of Object.values(sent)) expect(text).not.toContain(value.replace("Bearer ", ""));
  });

  test("an expired key: 401 from the moment it expires", async () => {
    await Bun.sleep(350);
    await refusal(await post(surface.path, bearer(keys.expiring), body), {
      status: 401,
      code: "key_invalid",
      type: unauthorized,
    });
  });

  test("no key: 401 that says where to put one", async () => {
    const { message } = await refusal(await post(surface.path, {}, body), {
      status: 401,
      code: "key_missing",
      type: unauthorized,
    });
    expect(message).toContain("Authorization: Bearer");
  });

  test("an admin's key is no key to models: 403", async () => {
    const { message } = await refusal(await post(surface.path, bearer(world.penstock.adminKey), body), {
      status: 403,
      code: "key_scope",
      type: surface.name === "chat" ? "invalid_request_error" : "permission_error",
    });
    expect(message).toContain("`gateway`");
  });

  test.each(["a key for headers", "a wrong token"])(
    "%s in the path: 401 without the path in it",
    async (which) => {
      const token = which === "a wrong token" ? `psu_${"0".repeat(50)}` : world.penstock.gatewayKey;
      const { text } = await refusal(await post(`/u/${token}${surface.path}`, {}, body), {
        status: 401,
        code: "key_invalid",
        type: unauthorized,
      });
      expect(text).not.toContain(token);
    },
  );

  const notFound = surface.name === "chat" ? "invalid_request_error" : "not_found_error";

  test.each([
    ["gpt-4o-mni", "`gpt-4o-mini`"],
    ["openai-prod/gpt-4o-mini-2024-07-18", "`gpt-4o-mini`"],
    ["claude-sonet-4-5", "`claude-sonnet-4-5`"],
    ["Playground-LLM", "`playground-llm`"],
  ])("the unknown model %s: 404 that names %s", async (model, near) => {
    const error = await refusal(await world.penstock.post(surface.path, surface.body(model)), {
      status: 404,
      code: "model_not_found",
      type: notFound,
    });
    expect(error.message).toContain(near);
    if (surface.name === "chat") expect([error.code, error.param]).toEqual(["model_not_found", "model"]);
  });

  test("near matches are only models that the key may use", async () => {
    const response = await post(surface.path, bearer(keys.limited), surface.body("claude-sonet-4-5"));
    const { message } = await refusal(response, { status: 404, code: "model_not_found", type: notFound });
    expect(message).not.toContain("claude-sonnet-4-5");
  });

  test("a model the key may not use: 403", async () => {
    await refusal(await post(surface.path, bearer(keys.limited), surface.body("playground-llm")), {
      status: 403,
      code: "model_not_allowed",
      type: surface.name === "chat" ? "invalid_request_error" : "permission_error",
    });
  });

  test.each([undefined, null, ""])("no model (%p): 400 that names the field", async (model) => {
    const { message } = await refusal(await world.penstock.post(surface.path, { ...body, model }), {
      status: 400,
      code: "model_missing",
      type: "invalid_request_error",
    });
    expect(message).toContain("`model`");
  });

  test.each([
    ["nothing", ""],
    ["text", "hello"],
    ["an array", "[]"],
    ["half an object", '{"model":"gpt-4o-mini","messages":['],
    ["a trailing comma", '{"model":"gpt-4o-mini",}'],
    ["two objects", '{"model":"gpt-4o-mini"}{}'],
    ["the model twice", '{"model":"gpt-4o-mini","messages":[],"model":"claude-sonnet-4-5"}'],
    [
      "the model twice, once escaped",
      '{"model":"gpt-4o-mini","messages":[],"m\\u006fdel":"claude-sonnet-4-5"}',
    ],
    ["bytes that are no text", '{"model":"\xff"'],
  ])("a body of %s: 400 invalid_json", async (_, text) => {
    const before = world.chat.requests.length;
    await refusal(await world.penstock.post(surface.path, text), {
      status: 400,
      code: "invalid_json",
      type: "invalid_request_error",
    });
    expect(world.chat.requests.length).toBe(before);
  });

  test.each([
    ["model", 5],
    ["stream", "yes"],
    ["stream", 1],
  ])("an ill-typed %s: 400 that names it", async (field, value) => {
    const error = await refusal(await world.penstock.post(surface.path, { ...body, [field]: value }), {
      status: 400,
      code: "invalid_request",
      type: "invalid_request_error",
    });
    expect(error.message).toContain(`\`${field}\``);
  });

  test.each(["gpt-4o-mini", "claude-sonnet-4-5", "playground-llm"])(
    "broken messages for %s: 400, whoever reads them",
    async (model) => {
      for (const messages of ["hello", [{ role: "user", content: 7 }], [{ content: "x" }], [null]]) {
        const response = await world.penstock.post(surface.path, { ...surface.body(model), messages });
        expect(response.status).toBe(400);
        readError(surface, await response.json());
      }
    },
  );

  test.each([["GET"], ["PUT"], ["DELETE"]])("%s: 405 with what is allowed", async (method) => {
    const response = await fetch(`${world.penstock.url}${surface.path}`, {
      method,
      headers: bearer(world.penstock.gatewayKey),
    });
    await refusal(response, { status: 405, code: "method_not_allowed", type: "invalid_request_error" });
    expect(response.headers.get("allow")).toBe("POST");
  });
});

test("the official clients raise their own classes", async () => {
  const chat = (key: string, model: string) =>
    openAiClient(world.penstock, key)
      .chat.completions.create({ model, messages: [{ role: "user", content: "x" }] })
      .catch((error: unknown) => error);
  expect(await chat("psk_wrong", "playground-llm")).toBeInstanceOf(OpenAI.AuthenticationError);
  expect(await chat(world.penstock.adminKey, "playground-llm")).toBeInstanceOf(OpenAI.PermissionDeniedError);
  expect(await chat(world.penstock.gatewayKey, "gpt-9")).toBeInstanceOf(OpenAI.NotFoundError);
  expect(await chat(world.penstock.gatewayKey, "")).toBeInstanceOf(OpenAI.BadRequestError);
  const messages = (key: string, model: string) =>
    anthropicClient(world.penstock, key)
      .messages.create({ model, max_tokens: 9, messages: [{ role: "user", content: "x" }] })
      .catch((error: unknown) => error);
  expect(await messages("psk_wrong", "playground-llm")).toBeInstanceOf(Anthropic.AuthenticationError);
  expect(await messages(world.penstock.adminKey, "playground-llm")).toBeInstanceOf(
    Anthropic.PermissionDeniedError,
  );
  expect(await messages(world.penstock.gatewayKey, "gpt-9")).toBeInstanceOf(Anthropic.NotFoundError);
  expect(await messages(world.penstock.gatewayKey, "")).toBeInstanceOf(Anthropic.BadRequestError);
});

test("a refused model is in the ledger under the name it was asked for", async () => {
  const response = await world.penstock.post("/v1/chat/completions", chatSurface.body("gpt-4o-mni"));
  const row = await world.penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
  expect(row).toMatchObject({
    outcome: "failed",
    status: 404,
    error_code: "model_not_found",
    requested_model: "gpt-4o-mni",
  });
});
