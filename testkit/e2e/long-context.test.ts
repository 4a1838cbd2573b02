import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type BedrockMock, startBedrockMock } from "../mocks/bedrock-server.ts";
import { chatSurface, messagesSurface, readError, startWorld, type World } from "./world.ts";

// `[1m]` behind a model's name, as Claude Code writes it: the same model, with the beta of the large context.

let world: World;
let bedrock: BedrockMock;
const model = "claude-sonnet-4-5";
const hosted = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const beta = "context-1m-2025-08-07";

beforeAll(async () => {
  world = await startWorld();
  bedrock = startBedrockMock();
  const { accessKeyId, secretAccessKey } = bedrock.account;
  const made = await world.penstock.api("POST", "/providers?discover=false", {
    name: "aws",
    driver: "bedrock",
    base_url: bedrock.url,
    credentials: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
    models: [hosted, "amazon.nova-pro-v1:0"],
  });
  expect(made.status).toBe(201);
});
afterAll(async () => {
  await world.stop();
  await bedrock.close();
});

const surfaces = [chatSurface, messagesSurface] as const;

describe.each(surfaces)("on the $name surface", (surface) => {
  test.each([`${model}[1m]`, `anthropic-prod/${model}[1m]`])(
    "%s asks for the large context",
    async (name) => {
      const { penstock, anthropic } = world;
      for (const stream of [false, true]) {
        const response = await penstock.post(surface.path, surface.body(name, { stream }));
        expect(response.status).toBe(200);
        await response.text();
        const { headers, body } = anthropic.lastRequest();
        expect(headers.get("anthropic-beta")).toBe(beta);
        expect(body).toMatchObject({ model });
        const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
        expect(row).toMatchObject({ model, requested_model: name, outcome: "completed" });
      }
    },
  );

  test("the client's own betas stay, and none is said twice", async () => {
    const own = `interleaved-thinking-2025-05-14,${beta}`;
    for (const [sent, expected] of [
      ["interleaved-thinking-2025-05-14", `interleaved-thinking-2025-05-14, ${beta}`],
      [own, own],
    ] as const) {
      const headers = { "anthropic-beta": sent };
      await world.penstock.post(surface.path, surface.body(`${model}[1m]`), { headers });
      expect(world.anthropic.lastRequest().headers.get("anthropic-beta")).toBe(expected);
    }
  });

  test("Claude on Bedrock is asked in the body", async () => {
    const response = await world.penstock.post(surface.path, surface.body(`aws/${hosted}[1m]`));
    expect(response.status).toBe(200);
    expect(JSON.stringify(bedrock.lastRequest().body)).toContain(`"anthropic_beta":["${beta}"]`);
  });

  test.each(["gpt-4o-mini", "aws/amazon.nova-pro-v1:0"])(
    "%s has no such variant: it is not found, and its own name is proposed",
    async (name) => {
      const response = await world.penstock.post(surface.path, surface.body(`${name}[1m]`));
      expect(response.status).toBe(404);
      const { message } = readError(surface, await response.json());
      expect(message).toContain(`\`${name.replace("aws/", "")}\``);
    },
  );
});

test("a key that may use the model may use its large context, and one that may not, may not", async () => {
  const { penstock } = world;
  for (const [allowed, status] of [
    [model, 200],
    ["claude-opus-4-6", 403],
  ] as const) {
    const key = await penstock.api("POST", "/keys", { name: `only ${allowed}`, allowed_models: [allowed] });
    const headers = { authorization: `Bearer ${(key.body as { value: string }).value}` };
    const body = messagesSurface.body(`${model}[1m]`);
    expect((await penstock.post(messagesSurface.path, body, { headers })).status).toBe(status);
  }
});

test("its tokens are counted, and a long request costs the tier of long requests", async () => {
  const { penstock, anthropic } = world;
  const counted = await penstock.post("/v1/messages/count_tokens", {
    model: `${model}[1m]`,
    messages: [{ role: "user", content: "Hello" }],
  });
  expect(counted.status).toBe(200);
  expect(anthropic.lastRequest().headers.get("anthropic-beta")).toBe(beta);
  anthropic.reply({
    json: {
      ...{
        id: "msg_1",
        type: "message",
        role: "assistant",
        model,
        stop_reason: "end_turn",
        stop_sequence: null,
      },
      content: [{ type: "text", text: "Long." }],
      usage: { input_tokens: 300_000, output_tokens: 1_000 },
    },
  });
  const response = await penstock.post(messagesSurface.path, messagesSurface.body(`${model}[1m]`));
  const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
  // 300,000 at 6 USD and 1,000 at 22.50 USD a million, not at 3 and 15.
  expect(row.cost_usd).toBeCloseTo(1.8225, 9);
});
