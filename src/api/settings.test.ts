import { afterEach, beforeEach, expect, test } from "bun:test";
import { canary, startApi, type TestApi } from "../../testkit/api.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startApi();
  const body = { name: "main", driver: "fake", credentials: { api_key: canary }, models: ["m1"] };
  const made = await api.call("POST", "/providers?discover=false", { body });
  await api.call("POST", `/providers/${made.body.id}/models`, {
    body: { model: "vectors", kind: "embedding", enabled: true },
  });
});

afterEach(() => api.stop());

const change = (body: unknown) => api.call("PATCH", "/settings", { body });

test("what is wrong with a setting is said at its place in the body", async () => {
  const cases = [
    [{ default_models: { chat: "nope" } }, "/default_models/chat"],
    [{ default_models: { chat: "vectors" } }, "/default_models/chat"],
    [{ default_models: { embedding: "m1" } }, "/default_models/embedding"],
    [{ egress: { allowed_hosts: ["ok.example", "https://x"] } }, "/egress/allowed_hosts/1"],
    [{ egress: { allowed_hosts: ["other.example"] } }, "/egress/allowed_hosts"],
  ] as const;
  for (const [body, path] of cases) {
    const refused = await change(body);
    expect([refused.status, refused.body.problems.map((problem) => problem.path)]).toEqual([422, [path]]);
    expect(refused.body.detail).toStartWith(path);
  }
});

test("each kind of model can be the default of its own kind only", async () => {
  const changed = await change({ default_models: { chat: "main/m1", embedding: "vectors" } });
  expect(changed.body).toMatchObject({ default_models: { chat: "main/m1", embedding: "vectors" } });
  const refused = await api.call("PATCH", "/org", { body: { default_model: "main/vectors" } });
  expect(refused.body.problems).toEqual([
    { path: "/default_model", message: "`main/vectors` is no chat model" },
  ]);
});
