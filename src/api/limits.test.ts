import { afterEach, beforeEach, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../testkit/api.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startApi();
});

afterEach(() => api.stop());

const scout = { kind: "agent", agent: "scout" };

test("a limit is made once a subject, read, changed number by number, and removed", async () => {
  const made = await api.call("POST", "/limits", {
    body: { subject: scout, requests_per_minute: 60, day_usd: 1.5 },
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    ...{
      subject: scout,
      subject_name: null,
      requests_per_minute: 60,
      tokens_per_minute: null,
      concurrency: null,
    },
    ...{ day_usd: 1.5, month_usd: null, allow_unpriced: false, origin: "api" },
  });
  const again = await api.call("POST", "/limits", { body: { subject: scout, concurrency: 1 } });
  expect([again.status, again.body.code]).toEqual([409, "conflict"]);
  const path = `/limits/${made.body.id}`;
  const changed = await api.call("PATCH", path, { body: { requests_per_minute: null, concurrency: 4 } });
  expect(changed.body).toMatchObject({ requests_per_minute: null, concurrency: 4, day_usd: 1.5 });
  // No process counts here.
  expect((await api.call("GET", path)).body).toMatchObject({ concurrency: 4, levels: null });
  const empty = await api.call("PATCH", path, { body: { concurrency: null, day_usd: null } });
  expect([empty.status, empty.body.code]).toEqual([422, "unprocessable"]);
  expect((await api.call("GET", "/limits?kind=key")).body.data).toEqual([]);
  expect((await api.call("GET", "/limits?kind=agent")).body.data).toHaveLength(1);
  expect((await api.call("DELETE", path)).status).toBe(204);
  expect((await api.call("GET", path)).status).toBe(404);
});

test("PUT makes a subject's limit exactly what is said", async () => {
  const put = (numbers: object) => api.call("PUT", "/limits", { body: { subject: scout, ...numbers } });
  expect((await put({ concurrency: 2, month_usd: 5, allow_unpriced: true })).status).toBe(201);
  const same = await put({ concurrency: 2, month_usd: 5, allow_unpriced: true });
  const other = await put({ month_usd: 6 });
  expect([same.status, other.status]).toEqual([200, 200]);
  expect(other.body).toMatchObject({ concurrency: null, month_usd: 6, allow_unpriced: false });
});

test("a limit goes with its key and its provider, and carries their names until then", async () => {
  const key = (
    await api.call("POST", "/keys", { body: { name: "ci", agent: "scout", agent_role: "writer" } })
  ).body;
  expect(key).toMatchObject({ agent: "scout", agent_role: "writer" });
  const account = { name: "main", driver: "fake", credentials: { api_key: "sk-good" } };
  const provider = (await api.call("POST", "/providers", { body: account })).body;
  for (const [kind, { id }] of [
    ["key", key],
    ["provider", provider],
  ] as const)
    await api.call("POST", "/limits", { body: { subject: { kind, id }, concurrency: 1 } });
  const named = async () =>
    (await api.call("GET", "/limits")).body.data.map(
      (limit) => (limit as { subject_name?: string }).subject_name,
    );
  expect(await named()).toEqual(["ci", "main"]);
  await api.call("DELETE", `/keys/${key.id}`);
  await api.call("DELETE", `/providers/${provider.id}?force=true`);
  expect(await named()).toEqual([]);
  const revoked = await api.call("POST", "/limits", {
    body: { subject: { kind: "key", id: key.id }, concurrency: 1 },
  });
  expect([revoked.status, revoked.body.code]).toEqual([422, "unprocessable"]);
});

test("names of agents are slugs, and a role needs an agent", async () => {
  for (const [path, body] of [
    ["/keys", { name: "a", agent: "Big Scout" }],
    ["/keys", { name: "a", agent_role: "writer" }],
    ["/limits", { subject: { kind: "agent", agent: "a/b" }, concurrency: 1 }],
    ["/limits", { subject: { kind: "agent_role", agent: "a", role: "x".repeat(101) }, concurrency: 1 }],
    ["/limits", { subject: { kind: "org" }, requests_per_minute: 0 }],
    ["/limits", { subject: { kind: "org" }, day_usd: -1 }],
    ["/limits", { subject: { kind: "org" } }],
  ] as const)
    expect((await api.call("POST", path, { body })).status).toBe(422);
});
