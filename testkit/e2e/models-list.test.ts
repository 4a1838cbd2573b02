import { afterAll, beforeAll, expect, test } from "bun:test";
import { anthropicClient, openAiClient } from "./official-clients.ts";
import { chatSurface, messagesSurface, readError, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const all = [
  "claude-opus-4-6",
  "claude-sonnet-4-5",
  "gpt-4o-mini",
  "gpt-5",
  "playground-embed",
  "playground-llm",
];

test("OpenAI's client lists what the key may use, and finds each one by id", async () => {
  const client = openAiClient(world.penstock);
  const listed = (await Array.fromAsync(client.models.list())).map(({ id, object, owned_by }) => ({
    id,
    object,
    owned_by,
  }));
  expect(listed.map(({ id }) => id)).toEqual(all);
  expect(listed[2]).toEqual({ id: "gpt-4o-mini", object: "model", owned_by: "openai-prod" });
  for (const id of [...all, "anthropic-prod/claude-sonnet-4-5"]) {
    const model = await client.models.retrieve(id);
    expect(model.id).toBe(id);
    expect(model.created).toBeGreaterThan(1_700_000_000);
  }
});

test("Anthropic's client does, page by page", async () => {
  const client = anthropicClient(world.penstock);
  for (const limit of [1, 2, 1000]) {
    const listed = await Array.fromAsync(client.models.list({ limit }));
    expect(listed.map(({ id }) => id)).toEqual(all);
  }
  const [last] = (await client.models.list({ limit: 1, before_id: "gpt-5" })).data;
  expect(last?.id).toBe("gpt-4o-mini");
  const model = await client.models.retrieve("claude-sonnet-4-5");
  expect(model).toMatchObject({
    type: "model",
    id: "claude-sonnet-4-5",
    created_at: expect.stringMatching(/Z$/),
  });
});

test.each(["/v1/models", "/models", "/v1/v1/models", "/openai/v1/models", "/v1/p/openai-prod/v1/models"])(
  "GET %s",
  async (path) => {
    const response = await fetch(world.penstock.url + path, {
      headers: { "api-key": world.penstock.gatewayKey },
    });
    expect(response.status).toBe(200);
    const { object, data } = (await response.json()) as { object: string; data: { id: string }[] };
    expect(object).toBe("list");
    expect(data.map(({ id }) => id)).toEqual(path.includes("/p/") ? ["gpt-4o-mini", "gpt-5"] : all);
  },
);

test("a narrow key sees its models only, also by id", async () => {
  const { body } = await world.penstock.api("POST", "/keys", { name: "narrow", allowed_models: ["gpt-5"] });
  const client = openAiClient(world.penstock, (body as { value: string }).value);
  expect((await Array.fromAsync(client.models.list())).map(({ id }) => id)).toEqual(["gpt-5"]);
  expect(await client.models.retrieve("gpt-4o-mini").catch((error: { status: number }) => error.status)).toBe(
    403,
  );
});

test("a model that was disabled is gone at once", async () => {
  const { body } = await world.penstock.api("GET", "/models");
  const found = (body as { data: { id: string; wire_id?: string; model?: string }[] }).data.find((model) =>
    JSON.stringify(model).includes('"gpt-5"'),
  );
  const disabled = await world.penstock.api("PATCH", `/models/${found?.id}?force=true`, { enabled: false });
  expect(disabled.status).toBe(200);
  try {
    const client = openAiClient(world.penstock);
    expect((await Array.fromAsync(client.models.list())).map(({ id }) => id)).not.toContain("gpt-5");
    expect(await client.models.retrieve("gpt-5").catch((error: { status: number }) => error.status)).toBe(
      404,
    );
  } finally {
    await world.penstock.api("PATCH", `/models/${found?.id}`, { enabled: true });
  }
});

test("errors in each dialect: no key, unknown id, wrong method", async () => {
  for (const surface of [chatSurface, messagesSurface]) {
    const dialect: Record<string, string> =
      surface.name === "messages" ? { "anthropic-version": "2023-06-01" } : {};
    const get = (path: string, init: RequestInit = {}) =>
      fetch(world.penstock.url + path, { ...init, headers: { ...dialect, ...(init.headers as object) } });
    const keyed = { headers: { "x-api-key": world.penstock.gatewayKey } };
    const unknown = await get("/v1/models/gpt-6", keyed);
    expect(unknown.status).toBe(404);
    expect(readError(surface, await unknown.json()).message).toContain("`gpt-5`");
    const keyless = await get("/v1/models");
    expect(keyless.status).toBe(401);
    readError(surface, await keyless.json());
    const posted = await get("/v1/models", { ...keyed, method: "POST" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET"]);
    readError(surface, await posted.json());
  }
});
