import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startGeminiMock } from "../mocks/gemini-server.ts";
import { startAzureOpenAiMock } from "../mocks/openai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Two deployments of one model, each of which reads no reasoning but its own, behind one route (C061, C062), and a conversation
// that falls over to another vendor (C064).

let penstock: TestPenstock;
let gemini: MockVendor;
const deployments: Record<string, MockVendor> = {};
const model = "gpt-5.1";
let count = 0;
let west: string;
let east: string;
let eastId: string;
let route: string;

beforeAll(async () => {
  penstock = await startPenstock({ settings: { attempts: { retries: 0, backoffMs: 5, circuits: false } } });
  for (const account of ["west", "east"]) deployments[account] = startAzureOpenAiMock({ account });
  gemini = startGeminiMock();
  await penstock.addProvider({
    name: "gemini",
    driver: "gemini",
    vendor: gemini,
    models: ["gemini-3-pro-preview"],
  });
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([gemini, ...Object.values(deployments)].map((vendor) => vendor.close()));
});

beforeEach(async () => {
  count++;
  [west, east, route] = [`west-${count}`, `east-${count}`, `terra-${count}`];
  for (const [name, account] of [
    [west, "west"],
    [east, "east"],
  ] as const) {
    const vendor = deployments[account];
    if (vendor === undefined) throw new Error("no such deployment");
    const { id } = await penstock.addProvider({ name, driver: "azure_openai", vendor, models: [model] });
    if (name === east) eastId = id;
  }
  await routeOver(`${west}/${model}`, `${east}/${model}`);
});

async function routeOver(...models: string[]) {
  const body = { name: route, strategy: "ordered", targets: models.map((target) => ({ model: target })) };
  const { status } = await penstock.api("POST", "/routes", body);
  expect(status).toBe(201);
}

const down = { status: 401, json: { error: { code: "401", message: "no" } }, unchecked: true } as const;
const question = { role: "user", content: "What is the weather in Paris?" };

/** A conversation of a client, as its surface carries it on. */
interface Talk {
  readonly path: string;
  begin(): object;
  /** The next request, after this answer. */
  goOn(answer: unknown): object;
}

const talks: Readonly<Record<string, Talk>> = {
  chat: {
    path: "/v1/chat/completions",
    begin: () => ({ ...chatBody(), messages: [question] }),
    goOn: (answer) => {
      const { choices } = answer as { choices: { message: { tool_calls?: { id: string }[] } }[] };
      const [{ message } = { message: {} }] = choices;
      const results = (message.tool_calls ?? []).map(({ id }) => ({
        ...{ role: "tool", tool_call_id: id, content: "sunny" },
      }));
      return { ...chatBody(), messages: [question, message, ...results] };
    },
  },
  responses: {
    path: "/v1/responses",
    begin: () => ({ ...responsesBody(), input: [question] }),
    goOn: (answer) => {
      const { output } = answer as { output: object[] };
      return { ...responsesBody(), input: [question, ...output, question] };
    },
  },
};
/** With tools, Chat Completions of models that reason go by Responses. */
const chatBody = () => ({
  ...{ model: route, reasoning_effort: "low" },
  tools: [
    { type: "function", function: { name: "get_weather", parameters: { type: "object", properties: {} } } },
  ],
});
const responsesBody = () => ({
  ...{ model: route, store: false, reasoning: { effort: "low" } },
  include: ["reasoning.encrypted_content"],
});

async function ask(path: string, body: object) {
  const response = await penstock.post(path, body);
  const answer: unknown = await response.json();
  expect([response.status, answer]).toEqual([200, expect.anything()]);
  return { answer, provider: response.headers.get("x-penstock-provider"), headers: response.headers };
}

const sentReasoning = (vendor: MockVendor | undefined) =>
  ((vendor?.lastRequest().body ?? {}) as { input: { type?: string }[] }).input.filter(
    ({ type }) => type === "reasoning",
  );

describe.each(Object.entries(talks))("on the %s surface", (_name, talk) => {
  test("C061: reasoning goes back to the deployment that encrypted it", async () => {
    deployments.west?.reply(down);
    const first = await ask(talk.path, talk.begin());
    expect(first.provider).toBe(east);
    const second = await ask(talk.path, talk.goOn(first.answer));
    expect(second.provider).toBe(east);
    expect(second.headers.get("x-penstock-attempts")).toBe("1");
    expect(second.headers.get("x-penstock-loss")).toBeNull();
    expect(sentReasoning(deployments.east)).toHaveLength(1);
  });

  test("C062: when that deployment is removed, reasoning is taken out and the other one answers", async () => {
    deployments.west?.reply(down);
    const first = await ask(talk.path, talk.begin());
    expect(first.provider).toBe(east);
    expect((await penstock.api("DELETE", `/providers/${eastId}?force=true`)).status).toBeLessThan(300);
    const second = await ask(talk.path, talk.goOn(first.answer));
    expect(second.provider).toBe(west);
    expect(second.headers.get("x-penstock-loss")).toContain("action=dropped");
    expect(sentReasoning(deployments.west)).toEqual([]);
  });

  test("C064: what one vendor signed is taken out before the route goes on with another", async () => {
    route = `both-${count}-${talk.path.length}`;
    await routeOver("gemini/gemini-3-pro-preview", `${west}/${model}`);
    const first = await ask(talk.path, talk.begin());
    expect(first.provider).toBe("gemini");
    gemini.reply({ status: 401, json: { error: { code: 401, message: "no", status: "UNAUTHENTICATED" } } });
    const second = await ask(talk.path, talk.goOn(first.answer));
    expect(second.provider).toBe(west);
    expect(JSON.stringify(deployments.west?.lastRequest().body)).not.toMatch(/thought_?signature|penstock/i);
    expect(sentReasoning(deployments.west)).toEqual([]);
  });
});
