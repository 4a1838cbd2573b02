import { afterAll, beforeAll, expect, test } from "bun:test";
import { startFireworksMock } from "../mocks/fireworks-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// What the vendor says in headers only reaches the client's usage and the ledger.

let penstock: TestPenstock;
let mock: MockVendor;
const model = "accounts/fireworks/models/llama-v3p3-70b-instruct";

beforeAll(async () => {
  penstock = await startPenstock();
  mock = startFireworksMock();
  await penstock.addProvider({ name: "fireworks", driver: "fireworks", vendor: mock, models: [model] });
});
afterAll(async () => {
  await penstock.stop();
  await mock.close();
});

async function usageOf(response: Response): Promise<{ ledger: Record<string, number>; body: unknown }> {
  expect(response.status).toBe(200);
  const body = (await response.json()) as { usage: unknown };
  const row = await penstock.ledgerRow(response.headers.get("x-request-id") ?? "");
  return { ledger: row.usage as Record<string, number>, body: body.usage };
}

test.each([
  [
    "passed through",
    "/v1/chat/completions",
    (text: string) => ({ messages: [{ role: "user", content: text }] }),
  ],
  [
    "translated",
    "/v1/messages",
    (text: string) => ({ max_tokens: 50, messages: [{ role: "user", content: text }] }),
  ],
] as const)(
  "cached tokens of a whole answer that is %s are counted as cache reads, once",
  async (name, path, body) => {
    const ask = () => penstock.post(path, { model, ...body(`Tell me a long story, ${name}, of a river.`) });
    const first = await usageOf(await ask());
    const second = await usageOf(await ask());
    expect(first.ledger).toMatchObject({ cache_read: 0 });
    expect(second.ledger.cache_read).toBeGreaterThan(0);
    expect((second.ledger.input ?? 0) + (second.ledger.cache_read ?? 0)).toBe(first.ledger.input ?? 0);
    if (path === "/v1/messages")
      expect(second.body).toMatchObject({ cache_read_input_tokens: second.ledger.cache_read });
  },
);
