import { afterEach, beforeEach, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../../testkit/api.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startApi();
  const account = { driver: "fake", credentials: { api_key: "sk-good" }, models: ["m1", "m2"] };
  await api.call("POST", "/providers", { body: { name: "main", quota_group: "shared", ...account } });
});

afterEach(() => api.stop());

const target = (model: string, more: object = {}) => ({ model, ...more });

test("every field of a route is taken, told back and cleared", async () => {
  const body = {
    ...{ name: "smart", strategy: "sticky", sticky_by: "header", retries: 1 },
    targets: [
      target("MAIN/m1", { weight: 0.5, parameters: { temperature: null }, timeouts: { idle_seconds: 9 } }),
      target("main/m2"),
    ],
  };
  const { status, body: made, headers } = await api.call("POST", "/routes", { body });
  expect(status).toBe(201);
  expect(headers.get("etag")).not.toBeNull();
  expect(made as unknown).toMatchObject({
    ...{
      name: "smart",
      strategy: "sticky",
      sticky_by: "header",
      retries: 1,
      hedge_after_ms: null,
      kind: "chat",
    },
    targets: [
      {
        ...{ model: "main/m1", state: "served", weight: 0.5, parameters: { temperature: null } },
        timeouts: { first_byte_seconds: null, idle_seconds: 9 },
      },
      { model: "main/m2", weight: 1, parameters: null },
    ],
  });
  const change = { strategy: "hedged", hedge_after_ms: 70, retries: null };
  const changed = await api.call("PATCH", `/routes/${made.id}`, { body: change });
  expect(changed.body as unknown).toMatchObject({ sticky_by: null, hedge_after_ms: 70, retries: null });
  expect((await api.call("GET", `/routes/${made.id}`)).body).toEqual(changed.body);
  expect((await api.call("GET", "/routes?strategy=hedged&query=SMA&sort=-name")).body.data.length).toBe(1);
  expect((await api.call("GET", "/routes?strategy=weighted")).body.data).toEqual([]);
  expect((await api.call("DELETE", `/routes/${made.id}`)).status).toBe(204);
  expect((await api.call("GET", `/routes/${made.id}`)).status).toBe(404);
});

test("all that is wrong with a route is one answer, with a place for each", async () => {
  const body = {
    ...{ name: "r", strategy: "single", hedge_after_ms: 5 },
    targets: [target("main/m9"), target("main/m1", { weight: 2 })],
  };
  const { status, body: problem } = await api.call("POST", "/routes", { body });
  expect(status).toBe(422);
  expect(problem.problems.map(({ path }) => path)).toEqual([
    "/targets",
    "/hedge_after_ms",
    "/targets/0/model",
  ]);
  const parameters = { stream: true, tools: [] };
  const refused = await api.call("POST", "/routes", {
    body: { name: "r", strategy: "single", targets: [target("main/m1", { parameters })] },
  });
  expect(refused.body.problems.map(({ path }) => path)).toEqual([
    "/targets/0/parameters/stream",
    "/targets/0/parameters/tools",
  ]);
});

test("what a route uses is told before it goes, and so is what uses a route", async () => {
  const made = await api.call("POST", "/routes", {
    body: { name: "smart", strategy: "ordered", targets: [target("main/m1"), target("main/m2")] },
  });
  await api.call("PATCH", "/org", { body: { default_model: "smart" } });
  const { data } = (await api.call("GET", "/models")).body;
  const idOf = (name: string) => data.find((model) => model.name === name)?.id ?? "";
  const impact = await api.call("GET", `/models/${idOf("main/m1")}/impact`);
  expect(impact.body as unknown).toMatchObject({
    bindings: [{ kind: "route", id: made.body.id, model: "main/m1", moves_to: "main/m2" }],
  });
  expect((await api.call("DELETE", `/models/${idOf("main/m1")}`)).body.code).toBe("in_use");
  const ofRoute = await api.call("GET", `/routes/${made.body.id}/impact`);
  expect(ofRoute.body as unknown).toMatchObject({ bindings: [{ kind: "default_model", moves_to: null }] });
  expect((await api.call("DELETE", `/routes/${made.body.id}`)).status).toBe(409);
  const rebind = await api.call("DELETE", `/routes/${made.body.id}?rebind=${idOf("main/m2")}`);
  expect(rebind.status).toBe(204);
  expect((await api.call("GET", "/org")).body.default_model).toBe("main/m2");
});

test("the quota group of a provider is told, changed and cleared", async () => {
  const [provider] = (await api.call("GET", "/providers")).body.data;
  expect(provider as unknown).toMatchObject({ quota_group: "shared" });
  const path = `/providers/${provider?.id}`;
  const set = async (quota_group: string | null) =>
    (await api.call("PATCH", path, { body: { quota_group } })).body as unknown;
  expect(await set("other")).toMatchObject({ quota_group: "other" });
  expect(await set(null)).toMatchObject({ quota_group: null });
  expect(await set("two words")).toMatchObject({
    code: "unprocessable",
    problems: [{ path: "/quota_group" }],
  });
});
