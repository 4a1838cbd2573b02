import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../testkit/api.ts";
import { openBrowser } from "../../testkit/browser.ts";
import { addMember, password } from "../../testkit/people.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startApi();
});

afterEach(() => api.stop());

const body = { name: "main", driver: "fake", credentials: { api_key: "sk-good" }, models: ["m1"] };
const orgLimit = { subject: { kind: "org" }, concurrency: 1 };
const webhook = { name: "ops", url: "https://ops.example/hook" };
const stale = '"0.AAAAAAAAAAAAAAAA"';

/** Calls as the admin key, or for what only people may, as the owner. */
type Send = (
  method: string,
  path: string,
  json?: unknown,
  headers?: Record<string, string>,
) => Promise<{
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly code: string };
}>;

async function owner(): Promise<Send> {
  const { ctx, orgId } = api.plane;
  await addMember(ctx, { orgId, email: "owner@example.com", role: "owner" });
  const browser = openBrowser(api.app);
  await browser.visit("POST", "/api/v1/auth/sign-in", { json: { email: "owner@example.com", password } });
  return (method, path, json, headers = {}) =>
    browser.visit(method, `/api/v1${path}`, json === undefined ? { headers } : { json, headers });
}

const admin: Send = (method, path, json, headers = {}) => api.call(method, path, { body: json, headers });

test("a resource has one tag wherever it is answered, and a reader that has it gets no body", async () => {
  const made = await api.call("POST", "/providers", { body });
  const etag = made.headers.get("etag") ?? "";
  expect(etag).toMatch(/^"[0-9a-z]+\.[\w-]{16}"$/);
  const path = `/providers/${made.body.id}`;
  const read = (ifNoneMatch: string) =>
    api.app.request(`/api/v1${path}`, {
      headers: { authorization: `Bearer ${api.adminKey}`, "if-none-match": ifNoneMatch },
    });
  const known = await read(`"other", ${etag}`);
  expect([known.status, await known.text(), known.headers.get("etag")]).toEqual([304, "", etag]);
  expect((await read(`W/${etag}`)).status).toBe(304);
  expect((await read('"other"')).status).toBe(200);
  const changed = await api.call("PATCH", path, { body: { priority: 1 } });
  expect(changed.headers.get("etag")).not.toBe(etag);
  expect((await read(etag)).status).toBe(200);
  expect((await api.call("GET", path)).headers.get("etag")).toBe(changed.headers.get("etag"));
});

test("a status that a probe found is no change of the provider, but another representation", async () => {
  const made = await api.call("POST", "/providers", { body });
  const etag = made.headers.get("etag") ?? "";
  const path = `/providers/${made.body.id}`;
  await Bun.sleep(2);
  expect((await api.call("POST", `${path}/probe`)).status).toBe(200);
  expect((await api.call("GET", path)).headers.get("etag")).not.toBe(etag);
  const changed = await api.call("PATCH", path, { body: { priority: 1 }, headers: { "if-match": etag } });
  expect(changed.status).toBe(200);
});

test("of two who change what they read, the second is told", async () => {
  const { body: made, headers } = await api.call("POST", "/keys", { body: { name: "ci" } });
  const send = (name: string) =>
    api.call("PATCH", `/keys/${made.id}`, {
      body: { name },
      headers: { "if-match": headers.get("etag") ?? "" },
    });
  const answers = await Promise.all([send("a"), send("b"), send("c")]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
  const lost = answers.find(({ status }) => status === 412);
  expect(lost?.body.code).toBe("precondition_failed");
});

describe("every change of one resource looks at if-match", () => {
  const cases: readonly {
    readonly operation: string;
    readonly json?: unknown;
    readonly by?: "owner";
    readonly prepare: () => Promise<string>;
  }[] = [
    { operation: "PATCH /providers/{id}", json: { priority: 3 }, prepare: () => id("/providers", body) },
    { operation: "DELETE /providers/{id}", prepare: () => id("/providers", body) },
    { operation: "PUT /providers/by-name/{id}", json: { driver: "fake", priority: 3 }, prepare: named },
    { operation: "PATCH /models/{id}", json: { favorite: true }, prepare: model },
    { operation: "DELETE /models/{id}", prepare: model },
    { operation: "PATCH /prices/{id}", json: { tiers: [{ input: 2, output: 2 }] }, prepare: price },
    { operation: "DELETE /prices/{id}", prepare: price },
    { operation: "PATCH /routes/{id}", json: { retries: 1 }, prepare: route },
    { operation: "DELETE /routes/{id}", prepare: route },
    {
      operation: "PUT /limits",
      json: { subject: { kind: "org" }, concurrency: 2 },
      prepare: () => id("/limits", orgLimit),
    },
    { operation: "PATCH /limits/{id}", json: { concurrency: 2 }, prepare: () => id("/limits", orgLimit) },
    { operation: "DELETE /limits/{id}", prepare: () => id("/limits", orgLimit) },
    { operation: "PATCH /keys/{id}", json: { strict: true }, prepare: () => id("/keys", { name: "ci" }) },
    { operation: "DELETE /keys/{id}", prepare: () => id("/keys", { name: "ci" }) },
    { operation: "PATCH /org", json: { default_model: null }, prepare: async () => "" },
    { operation: "PATCH /settings", json: { default_models: { chat: null } }, prepare: async () => "" },
    { operation: "PATCH /orgs/{id}", json: { name: "new" }, prepare: async () => api.plane.orgId },
    { operation: "DELETE /orgs/{id}", by: "owner", prepare: async () => api.plane.orgId },
    { operation: "PATCH /members/{id}", json: { role: "viewer" }, prepare: member },
    { operation: "DELETE /members/{id}", prepare: member },
    {
      operation: "DELETE /invitations/{id}",
      prepare: () => id("/invitations", { email: "new@example.com", role: "member" }),
    },
    { operation: "PATCH /webhooks/{id}", json: { enabled: false }, prepare: () => id("/webhooks", webhook) },
    { operation: "DELETE /webhooks/{id}", prepare: () => id("/webhooks", webhook) },
    { operation: "PATCH /connections/{id}", json: { name: "x" }, by: "owner", prepare: connection },
    { operation: "DELETE /connections/{id}", by: "owner", prepare: connection },
  ];

  test("the contract has no other", async () => {
    const document = (await api.call("GET", "/openapi.json")).body as unknown as {
      paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
    };
    const conditional = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { parameters = [] }]) =>
        parameters.some(({ name }) => name === "if-match")
          ? [`${method.toUpperCase()} ${path.replace("/api/v1", "").replace("{name}", "{id}")}`]
          : [],
      ),
    );
    expect(conditional.toSorted()).toEqual(cases.map(({ operation }) => operation).toSorted());
  });

  for (const { operation, json, by, prepare } of cases) {
    test(operation, async () => {
      const send = by === "owner" ? await owner() : admin;
      const [method = "", template = ""] = operation.split(" ");
      const path = template.replace("{id}", await prepare());
      const lost = await send(method, path, json, { "if-match": stale });
      expect([lost.status, lost.body.code]).toEqual([412, "precondition_failed"]);
      if (operation === "DELETE /orgs/{id}") return;
      const current = await send(method, path, json, { "if-match": "*" });
      expect(current.status).toBeLessThan(300);
    });
  }

  async function id(path: string, json: unknown): Promise<string> {
    const made = await api.call("POST", path, { body: json });
    expect(made.status).toBe(201);
    return made.body.id;
  }
  function price(): Promise<string> {
    return id("/prices", { model: "m", tiers: [{ input: 1, output: 1 }] });
  }
  async function route(): Promise<string> {
    await id("/providers", body);
    return id("/routes", { name: "r", strategy: "single", targets: [{ model: "main/m1" }] });
  }
  async function named(): Promise<string> {
    await id("/providers", body);
    return "main";
  }
  async function model(): Promise<string> {
    await id("/providers", body);
    return (await api.call("GET", "/models")).body.data[0]?.id ?? "";
  }
  function member(): Promise<string> {
    const { ctx, orgId } = api.plane;
    return addMember(ctx, { orgId, email: "m@example.com", role: "member" });
  }
  async function connection(): Promise<string> {
    const { ctx, orgId } = api.plane;
    const user = await ctx.storage.reads.members.findByEmail({ orgId, email: "owner@example.com" });
    const at = ctx.now();
    await ctx.storage.change((writes) =>
      writes.connections.insert({
        id: "conn_1",
        orgId,
        userId: user?.userId ?? "",
        connector: "github",
        name: "gh",
        auth: "api_key",
        options: {},
        client: undefined,
        accountId: undefined,
        accountName: undefined,
        scopes: [],
        status: "connected",
        statusReason: undefined,
        checkedAt: undefined,
        createdAt: at,
        updatedAt: at,
      }),
    );
    return "conn_1";
  }
});

test("PUT makes what is not there only if the caller does not presume that it is", async () => {
  const put = (headers: Record<string, string>) =>
    api.call("PUT", "/providers/by-name/main", { body: { ...body, name: undefined }, headers });
  expect((await put({ "if-match": "*" })).status).toBe(412);
  expect((await put({ "if-none-match": "*" })).status).toBe(201);
  expect((await put({ "if-none-match": "*" })).status).toBe(412);
});

test("a precondition that nobody would look at is refused", async () => {
  for (const [method, path, headers] of [
    ["POST", "/keys", { "if-match": stale }],
    ["PATCH", "/models", { "if-match": stale }],
    ["PATCH", "/org", { "if-match": "not a tag" }],
    ["PATCH", "/org", { "if-none-match": stale }],
  ] as const) {
    const { status, body: problem } = await api.call(method, path, { body: {}, headers });
    expect([status, problem.problems[0]?.path]).toEqual([422, `header ${Object.keys(headers)[0]}`]);
  }
});
