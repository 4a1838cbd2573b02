import { afterAll, beforeAll, expect, test } from "bun:test";
import { anthropicClient } from "./official-clients.ts";
import { messagesSurface, readError, startWorld, vendorKey, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const messages = [
  { role: "user" as const, content: "How many tokens is this sentence, and who pays for them?" },
];
const path = "/v1/messages/count_tokens";

test("the vendor counts where it can, and its refusals come in the client's shape", async () => {
  const counted = await anthropicClient(world.penstock).messages.countTokens({
    model: "claude-sonnet-4-5",
    messages,
  });
  expect(counted.input_tokens).toBeGreaterThan(5);
  expect(world.anthropic.lastRequest().path).toBe(path);
  const response = await world.penstock.post(path, { model: "claude-sonnet-4-5", messages });
  expect(response.headers.get("x-penstock-loss")).toBeNull();
  expect(await world.penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "")).toMatchObject({
    outcome: "completed",
    passthrough: true,
    usage: { input: 0, output: 0 },
  });
  world.anthropic.reply({
    status: 429,
    headers: { "retry-after": "4" },
    json: { type: "error", error: { type: "rate_limit_error", message: vendorKey } },
  });
  const limited = await world.penstock.post(path, { model: "claude-sonnet-4-5", messages });
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "4"]);
  expect(readError(messagesSurface, await limited.json()).type).toBe("rate_limit_error");
});

test.each(["gpt-4o-mini", "playground-llm"])(
  "an estimate for %s is said to be one, and refused to a strict caller",
  async (model) => {
    const { data, response } = await anthropicClient(world.penstock)
      .messages.countTokens({ model, messages })
      .withResponse();
    expect(data.input_tokens).toBeGreaterThan(5);
    expect(response.headers.get("x-penstock-loss")).toBe("input_tokens;action=emulated");
    const strict = await world.penstock.post(
      path,
      { model, messages },
      { headers: { "x-penstock-strict": "true" } },
    );
    expect(strict.status).toBe(400);
    expect(readError(messagesSurface, await strict.json()).message).toContain("input_tokens");
  },
);

test("more text is more tokens; a picture is not counted by its bytes", async () => {
  const count = async (content: unknown) => {
    const response = await world.penstock.post(path, {
      model: "gpt-4o-mini",
      messages: [{ role: "user", content }],
    });
    return ((await response.json()) as { input_tokens: number }).input_tokens;
  };
  const short = await count("one");
  expect(await count("one ".repeat(1000))).toBeGreaterThan(short + 500);
  const source = { type: "base64", media_type: "image/png", data: "A".repeat(400_000) };
  expect(await count([{ type: "image", source }])).toBeLessThan(2_000);
});

test.each([
  ["no messages", { model: "gpt-4o-mini" }],
  ["broken messages", { model: "gpt-4o-mini", messages: "hello" }],
  ["broken messages for the vendor", { model: "claude-sonnet-4-5", messages: [{ role: "user" }] }],
])("%s: 400 in the client's shape", async (_, body) => {
  const response = await world.penstock.post(path, body);
  expect(response.status).toBe(400);
  expect(readError(messagesSurface, await response.json()).type).toBe("invalid_request_error");
});

test("a `stream` that does not belong there changes nothing", async () => {
  const response = await world.penstock.post(path, { model: "playground-llm", messages, stream: true });
  expect(response.headers.get("content-type")).toStartWith("application/json");
  expect(await response.json()).toHaveProperty("input_tokens");
});

test("an answer that is no count is the vendor's failure", async () => {
  world.anthropic.reply({ body: "<html>sign in</html>" });
  const response = await world.penstock.post(path, { model: "claude-sonnet-4-5", messages });
  expect(response.status).toBe(502);
  readError(messagesSurface, await response.json());
});
