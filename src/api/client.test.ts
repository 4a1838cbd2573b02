import { afterAll, beforeAll, expect, test } from "bun:test";
import { startPenstock, type TestPenstock } from "../../testkit/penstock.ts";
import { answerOf, createApiClient } from "./client.ts";

let penstock: TestPenstock;
beforeAll(async () => {
  penstock = await startPenstock();
});
afterAll(() => penstock.stop());

test("the typed client speaks to a running server: bodies, parameters, queries and answers by their types", async () => {
  const client = createApiClient({ url: penstock.url, key: penstock.adminKey });
  const key = await answerOf(await client.keys.keys.$post({ query: {}, json: { name: "typed" } }));
  expect(key.value).toStartWith("psk_");

  const listed = await answerOf(await client.keys.keys.$get({ query: { query: "typed" } }));
  expect(listed.data.map(({ id }) => id)).toEqual([key.id]);

  const one = await answerOf(await client.keys.keys[":id"].$get({ param: { id: key.id }, query: {} }));
  const preview: string = one.preview;
  expect(preview).toBe(key.preview);
});

test("what the contract does not have does not compile, and is refused", async () => {
  const client = createApiClient({ url: penstock.url, key: penstock.adminKey });
  // @ts-expect-error: there is no such field
  const wrong = await client.keys.keys.$post({ query: {}, json: { nam: "typed" } });
  await expect(answerOf(wrong)).rejects.toMatchObject({ problem: { code: "unprocessable" } });
});

test("without a key it is nobody", async () => {
  const answer = await createApiClient({ url: penstock.url }).drivers.drivers.$get({ query: {} });
  await expect(answerOf(answer)).rejects.toMatchObject({ problem: { code: "key_missing" } });
});
