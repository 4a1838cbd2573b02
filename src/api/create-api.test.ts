import { afterEach, beforeEach, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { startControlPlane, type TestControlPlane } from "../../testkit/control-plane.ts";
import { firstStart } from "../services/bootstrap/first-start.ts";
import { newKeyValue } from "../services/config/document/new-key-value.ts";
import { createKey } from "../services/keys/create.ts";
import { createOrg } from "../services/orgs/create.ts";
import { createProvider } from "../services/providers/create.ts";
import { createApi } from "./create-api.ts";
import { problemSchema } from "./problem/problem-document.ts";

const canary = "canary-4be1a9";

let plane: TestControlPlane;
let adminKey: string;
let api: ReturnType<typeof createApi>;
/** Everything the API answered in this test. */
let answers: string[];

beforeEach(async () => {
  plane = await startControlPlane();
  answers = [];
  api = createApi({
    services: plane.ctx,
    resolve: ({ model }) => ({ model, rule: "none", targets: [], near: ["m1"] }),
    gatewayUrl: "http://gateway.test",
    version: "1.2.3",
  });
  const { value } = await createKey(plane.ctx, { orgId: plane.orgId, name: "admin", scopes: ["admin"] });
  adminKey = value.reveal();
});

afterEach(async () => {
  expect(answers.join("\n") + Bun.inspect(plane.log, { depth: 20 })).not.toContain(canary);
  await plane.stop();
});

interface Call {
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

async function call(method: string, path: string, { key = adminKey, body, headers }: Call = {}) {
  const response = await api.request(`/api/v1${path}`, {
    method,
    headers: {
      ...(key !== "" && { authorization: `Bearer ${key}` }),
      "content-type": "application/json",
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  answers.push(text, JSON.stringify([...response.headers]));
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came back
  const json: any = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: json };
}

const provider = (extra: Record<string, unknown> = {}) => ({
  name: "main",
  driver: "fake",
  credentials: { api_key: canary },
  models: ["m1"],
  ...extra,
});

test("a provider's life: registered, listed, changed, checked, discovered, removed", async () => {
  const made = await call("POST", "/providers?discover=false", { body: provider() });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    name: "main",
    driver: "fake",
    base_url: "https://vendor.example/v1",
    status: "available",
    origin: "api",
    credentials: { api_key: { configured: true } },
    models: { total: 1, enabled: 1 },
  });
  const { id } = made.body;
  expect((await call("GET", "/providers")).body).toMatchObject({ data: [{ id }], next_cursor: null });
  const changed = await call("PATCH", `/providers/${id}`, { body: { priority: 7, enabled: false } });
  expect(changed.body).toMatchObject({ priority: 7, enabled: false, status: "available" });
  expect((await call("GET", `/providers/${id}`)).body).toEqual(changed.body);
  expect((await call("POST", `/providers/${id}/check`)).body.result).toMatchObject({
    status: "valid",
    models: 1,
  });
  expect((await call("POST", `/providers/${id}/discover`)).body).toMatchObject({
    added: ["found"],
    total: 1,
  });
  expect((await call("DELETE", `/providers/${id}`)).status).toBe(204);
  expect((await call("GET", `/providers/${id}`)).status).toBe(404);
});

test("a refused credential is a 422 that says so, and nothing is saved", async () => {
  const refused = await call("POST", "/providers", { body: provider({ credentials: { api_key: "bad" } }) });
  expect(refused.status).toBe(422);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(refused.body).toMatchObject({ code: "credential_rejected", status: 422 });
  const pending = await call("POST", "/providers?validate=false&discover=false", {
    body: provider({ credentials: { api_key: "bad" } }),
  });
  expect(pending.body).toMatchObject({ status: "pending" });
});

test("checking a candidate stores nothing", async () => {
  const check = (key: string) =>
    call("POST", "/providers/check", { body: { driver: "fake", credentials: { api_key: key } } });
  expect((await check("good")).body).toMatchObject({ status: "valid", models: 1, reason: null });
  expect((await check("bad")).body).toMatchObject({ status: "rejected", models: null });
  expect((await check("down")).body).toMatchObject({ status: "unreachable" });
  expect((await call("GET", "/providers")).body.data).toEqual([]);
});

test("an upsert by name makes it once and changes it after that; an omitted credential stays, null clears", async () => {
  const { name: _name, ...body } = provider({ credentials: { api_key: canary, extra: "more" } });
  expect((await call("PUT", "/providers/by-name/main", { body })).status).toBe(201);
  const again = await call("PUT", "/providers/by-name/MAIN", {
    body: { driver: "fake", credentials: { extra: null }, priority: 3 },
  });
  expect(again.status).toBe(200);
  expect(Object.keys(again.body.credentials)).toEqual(["api_key"]);
});

test("every problem of a body is listed with its JSON pointer, and no value is repeated", async () => {
  const { status, body } = await call("POST", "/providers", {
    body: { driver: 5, credentials: { api_key: [canary] }, enabled: canary, "x~/": 1, models: [""] },
  });
  expect(status).toBe(422);
  expect(body.code).toBe("unprocessable");
  expect(body.problems.map(({ path }: { path: string }) => path).sort()).toEqual([
    "/credentials/api_key",
    "/driver",
    "/enabled",
    "/models/0",
    "/name",
    "/x~0~1",
  ]);
});

test("problems the services find have pointers too", async () => {
  const { body } = await call("POST", "/providers", {
    body: { name: "a b", driver: "fake", base_url: "ftp://x", options: { nope: 1 } },
  });
  expect(body.problems.map(({ path }: { path: string }) => path)).toContain("/name");
  const shaped = await call("POST", "/providers", {
    body: { name: "ab", driver: "fake", base_url: "ftp://x", options: { nope: 1 } },
  });
  expect(shaped.body.problems.map(({ path }: { path: string }) => path).sort()).toEqual([
    "/base_url",
    "/credentials/api_key",
    "/options/nope",
  ]);
});

test.each([
  ["no JSON", "POST", "/providers", "{", 400, "invalid_json"],
  ["an array", "POST", "/providers", "[]", 422, "unprocessable"],
  ["an empty body", "POST", "/keys", "", 400, "invalid_json"],
  ["an unknown query parameter", "GET", "/providers?limitt=5", undefined, 422, "unprocessable"],
  ["a limit out of range", "GET", "/models?limit=0", undefined, 422, "unprocessable"],
  ["a broken cursor", "GET", "/models?cursor=nonsense", undefined, 422, "unprocessable"],
  ["no model to resolve", "GET", "/resolve", undefined, 422, "unprocessable"],
  ["an unknown path", "GET", "/nothing", undefined, 404, "not_found"],
  ["a wrong method", "DELETE", "/providers", undefined, 405, "method_not_allowed"],
  ["an unknown id", "GET", "/providers/prov_00000000000000000000000000", undefined, 404, "not_found"],
  ["a malformed id", "GET", "/models/..%2F..%2Fetc", undefined, 404, "not_found"],
  ["a request nobody made", "GET", "/requests/req_x", undefined, 404, "not_found"],
])("%s is a problem document", async (_what, method, path, body, status, code) => {
  const answer = await call(method, path, { body });
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(problemSchema.parse(answer.body).status).toBe(status);
  expect(answer.headers.get("x-penstock-request-id")).toBe(answer.body.request_id);
});

test("a wrong method names the right ones", async () => {
  expect((await call("DELETE", "/providers")).headers.get("allow")?.split(", ").sort()).toEqual([
    "GET",
    "POST",
  ]);
});

test("a body above 1 MiB is refused, whether or not it says its length", async () => {
  const text = JSON.stringify({ name: "x".repeat(1_100_000) });
  expect((await call("POST", "/keys", { body: text })).body.code).toBe("body_too_large");
  const stream = new Blob([text]).stream();
  const response = await api.request("/api/v1/keys", {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: stream,
  });
  expect(response.status).toBe(413);
});

test("only a live key with the scope admin is let in", async () => {
  const { ctx, orgId } = plane;
  const gateway = await createKey(ctx, { orgId, name: "gw" });
  const expired = await createKey(ctx, { orgId, name: "old", scopes: ["admin"], expiresAt: Date.now() + 40 });
  const url = await createKey(ctx, { orgId, name: "url", carrier: "url" });
  await Bun.sleep(60);
  const codes = async (key: string) => {
    const { status, body, headers } = await call("GET", "/org", { key });
    return [status, body.code, headers.has("www-authenticate")];
  };
  expect(await codes("")).toEqual([401, "key_missing", true]);
  expect(await codes(newKeyValue())).toEqual([401, "key_invalid", true]);
  expect(await codes("psk_short")).toEqual([401, "key_invalid", true]);
  expect(await codes(expired.value.reveal())).toEqual([401, "key_invalid", true]);
  expect(await codes(url.value.reveal())).toEqual([401, "key_invalid", true]);
  expect(await codes(gateway.value.reveal())).toEqual([403, "key_scope", false]);
  const basic = await call("GET", "/org", { key: "", headers: { authorization: "Basic YWI6Y2Q=" } });
  expect(basic.body.code).toBe("key_invalid");
  expect((await call("GET", "/org", { key: "", headers: { "x-api-key": adminKey } })).status).toBe(200);
});

test("a revoked key is out at once", async () => {
  const made = await call("POST", "/keys", { body: { name: "second", scopes: ["admin"] } });
  const key = made.body.value;
  expect((await call("GET", "/org", { key })).status).toBe(200);
  expect((await call("DELETE", `/keys/${made.body.id}`)).body).toMatchObject({ active: false });
  expect((await call("GET", "/org", { key })).status).toBe(401);
});

test("a key's value is shown when it is made and never again", async () => {
  const { body } = await call("POST", "/keys", {
    body: { name: "ci", allowed_models: ["m1"], strict: true, expires_at: "2100-01-01T00:00:00+02:00" },
  });
  expect(body).toMatchObject({
    name: "ci",
    scopes: ["gateway"],
    allowed_models: ["m1"],
    strict: true,
    expires_at: "2099-12-31T22:00:00.000Z",
  });
  expect(body.value).toMatch(/^psk_\w{49}$/);
  const { body: list } = await call("GET", "/keys");
  expect(JSON.stringify(list)).not.toContain(body.value);
  expect(list.data.map(({ name }: { name: string }) => name)).toEqual(["admin", "ci"]);
});

test("another organization's things do not exist", async () => {
  const { ctx } = plane;
  const other = await createOrg(ctx, { name: "other" });
  const foreign = await createProvider(ctx, {
    orgId: other.id,
    name: "theirs",
    driver: "fake",
    credentials: { api_key: "k" },
    models: ["secret-model"],
    discover: false,
  });
  const { key } = await createKey(ctx, { orgId: other.id, name: "theirs" });
  const page = await ctx.storage.reads.models.listByProvider(foreign.id);
  const model = page[0]?.id;
  const attempts: [string, string, unknown?][] = [
    ["GET", `/providers/${foreign.id}`],
    ["PATCH", `/providers/${foreign.id}`, { priority: 1 }],
    ["DELETE", `/providers/${foreign.id}`],
    ["POST", `/providers/${foreign.id}/check`],
    ["POST", `/providers/${foreign.id}/discover`],
    ["POST", `/providers/${foreign.id}/models`, { model: "x" }],
    ["GET", `/models/${model}`],
    ["PATCH", `/models/${model}`, { enabled: false }],
    ["DELETE", `/models/${model}`],
    ["DELETE", `/keys/${key.id}`],
  ];
  for (const [method, path, body] of attempts) {
    const answer = await call(method, path, { body });
    expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, "not_found"]);
  }
  for (const path of ["/providers", "/models", "/keys"]) {
    expect(JSON.stringify((await call("GET", path)).body)).not.toMatch(/theirs|secret-model/);
  }
});

test("models can be added, described, disabled and removed", async () => {
  const made = await call("POST", "/providers?discover=false", { body: provider() });
  const added = await call("POST", `/providers/${made.body.id}/models`, {
    body: {
      model: "m2",
      kind: "chat",
      context_tokens: 1000,
      traits: { max_output_tokens: 99, sampling: false },
    },
  });
  expect(added.status).toBe(201);
  expect(added.body).toMatchObject({ name: "main/m2", model: "m2", enabled: true, source: "manual" });
  const { id } = added.body;
  const changed = await call("PATCH", `/models/${id}`, { body: { enabled: false, display_name: "Two" } });
  expect(changed.body).toMatchObject({
    enabled: false,
    display_name: "Two",
    context_tokens: 1000,
    traits: { max_output_tokens: 99, sampling: false },
  });
  const enabled = await call("GET", "/models?enabled=true");
  expect(enabled.body.data.map(({ name }: { name: string }) => name)).toEqual(["main/m1"]);
  expect((await call("DELETE", `/models/${id}`)).status).toBe(204);
  expect((await call("GET", `/models/${id}`)).status).toBe(404);
});

test("lists come in pages that together hold everything once", async () => {
  const names = Array.from({ length: 7 }, (_, index) => `k${index}`);
  for (const name of names) await call("POST", "/keys", { body: { name } });
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { body }: Awaited<ReturnType<typeof call>> = await call(
      "GET",
      `/keys?limit=3${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    );
    expect(body.data.length).toBeLessThanOrEqual(3);
    seen.push(...body.data.map(({ name }: { name: string }) => name));
    cursor = body.next_cursor;
  }
  expect(seen).toEqual(["admin", ...names]);
});

test("the default model is set, refused when nobody serves it, and cleared", async () => {
  await call("POST", "/providers?discover=false", { body: provider() });
  expect((await call("PATCH", "/org", { body: { default_model: "nope" } })).status).toBe(422);
  expect((await call("PATCH", "/org", { body: { default_model: "main/m1" } })).body).toMatchObject({
    name: "default",
    default_model: "main/m1",
    default_model_origin: "api",
  });
  expect((await call("PATCH", "/org", { body: { default_model: null } })).body.default_model).toBeNull();
});

test("drivers come with the forms that clients build from", async () => {
  const { body } = await call("GET", "/drivers");
  expect(body.data[0]).toMatchObject({
    id: "fake",
    default_base_url: "https://vendor.example/v1",
    credential_form: [{ name: "api_key", type: "secret", required: true }, { name: "extra" }],
  });
});

test("a configuration file is planned and applied over the API, with values resolved by the caller", async () => {
  const content = `orgs:
  default:
    providers:
      - { name: main, driver: fake, credentials: { api_key: { env: KEY } }, models: [m1] }
    keys: [{ name: ci }]
`;
  const body = { file: "dir/penstock.yaml", content, values: { "env:KEY": canary } };
  const plan = await call("POST", "/config/plan", { body });
  expect(plan.body.steps.map(({ action, name }: Record<string, string>) => `${action} ${name}`)).toEqual([
    "create main",
    "create main/m1",
    "create ci",
  ]);
  expect((await call("GET", "/providers")).body.data).toEqual([]);
  const applied = await call("POST", "/config/apply", { body: { ...body, expected_plan: plan.body.plan } });
  expect(applied.body.keys[0].value).toMatch(/^psk_/);
  const stale = await call("POST", "/config/apply", { body: { ...body, expected_plan: plan.body.plan } });
  expect(stale.body.code).toBe("conflict");
  const managed = (await call("GET", "/providers")).body.data[0];
  expect(managed.origin).toBe("file:penstock.yaml");
  const patched = await call("PATCH", `/providers/${managed.id}`, { body: { priority: 1 } });
  expect(patched.body.code).toBe("origin_conflict");
  expect(patched.body.detail).toContain("penstock.yaml");
});

test("the server never reads its own environment for a caller's file", async () => {
  process.env.PENSTOCK_TEST_SECRET = canary;
  const content =
    "orgs: { default: { providers: [{ name: a, driver: fake, credentials: { api_key: { env: PENSTOCK_TEST_SECRET } } }] } }";
  const { status, body } = await call("POST", "/config/apply", { body: { file: "f.yaml", content } });
  process.env.PENSTOCK_TEST_SECRET = undefined;
  expect(status).toBe(422);
  expect(body.problems[0].message).toBe("no value was sent for `env:PENSTOCK_TEST_SECRET`");
});

test("a bad file is refused with line and column", async () => {
  const body = { file: "f.yaml", content: "orgs:\n  default:\n    colour: red\n" };
  const answer = await call("POST", "/config/plan", { body });
  expect(answer.body).toMatchObject({ code: "config_invalid", problems: [{ path: "f.yaml:3:13" }] });
});

test("resolution is the data plane's", async () => {
  expect((await call("GET", "/resolve?model=m9")).body).toEqual({
    model: "m9",
    rule: "none",
    targets: [],
    near: ["m1"],
  });
});

test("a failure inside is told to the operator, not to the caller", async () => {
  const broken = createApi({
    services: plane.ctx,
    resolve: () => {
      throw new Error("boom at /some/path");
    },
    gatewayUrl: "http://gateway.test",
    version: "1",
  });
  const response = await broken.request("/api/v1/resolve?model=x", {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).not.toContain("boom");
  expect(JSON.parse(text).code).toBe("internal");
  expect(Bun.inspect(plane.log.at(-1))).toContain("boom");
});

test("the contract is served without a key and describes every route", async () => {
  const { status, body } = await call("GET", "/openapi.json", { key: "" });
  expect(status).toBe(200);
  expect(body.openapi).toBe("3.1.0");
  const routes = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(z.record(z.string(), z.unknown()).parse(methods)).map((method) => `${method} ${path}`),
  );
  expect(routes.length).toBeGreaterThanOrEqual(24);
  for (const route of routes) {
    const [method = "", path = ""] = route.split(" ");
    const answer = await call(method.toUpperCase(), path.replace("/api/v1", "").replaceAll(/\{\w+\}/g, "x"), {
      key: "",
    });
    expect([route, answer.status]).toEqual([route, 401]);
  }
});

test("every answer has the security headers, and no origin is let in", async () => {
  const { headers } = await call("GET", "/org", { headers: { origin: "https://evil.example" } });
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.has("access-control-allow-origin")).toBe(false);
});

test("the setup page opens with its token only, and creates nothing", async () => {
  const fresh = await startControlPlane({ orgName: "not-the-first" });
  const { file } = await firstStart(fresh.ctx, { dataDir: fresh.dir, url: "http://gateway.test" });
  const options = { services: fresh.ctx, gatewayUrl: "http://gateway.test", version: "1" };
  const { request } = createApi({
    ...options,
    resolve: () => ({ model: "", rule: "none", targets: [], near: [] }),
  });
  const link = new URL(file?.setup_url ?? "");
  const page = await request(link.pathname + link.search);
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain("http://gateway.test/v1/chat/completions");
  expect(html).toContain("creates nothing");
  expect(html).not.toContain(file?.admin_key ?? "-");
  for (const path of ["/setup", "/setup?token=", "/setup?token=wrong", `${link.pathname}${link.search}x`]) {
    const refused = await request(path);
    expect(refused.status).toBe(403);
    expect(await refused.text()).not.toContain("gateway.test");
  }
  await fresh.stop();
});

test("whatever JSON is sent, the answer is a document of the contract and never a 500", async () => {
  const routes = [
    ["POST", "/providers"],
    ["POST", "/providers/check"],
    ["PUT", "/providers/by-name/x"],
    ["POST", "/keys"],
    ["PATCH", "/org"],
    ["POST", "/config/plan"],
    ["POST", "/config/apply"],
  ] as const;
  const field = fc.constantFrom(
    ...[
      "name",
      "driver",
      "base_url",
      "credentials",
      "options",
      "models",
      "scopes",
      "carrier",
      "allowed_models",
    ],
    ...["expires_at", "strict", "default_model", "file", "content", "values", "__proto__", "priority"],
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom("fake", "orgs: {}", "orgs: { default: {} }", "2100-01-01T00:00:00Z", "https://x", "url"),
    fc.dictionary(
      fc.constantFrom("api_key", "constructor", "region", "__proto__"),
      fc.oneof(fc.string(), fc.constant(null)),
    ),
  );
  const body = fc.oneof(fc.dictionary(field, value), fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), body, async ([method, path], json) => {
      const answer = await call(method, path, { body: JSON.stringify(json) });
      expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400) problemSchema.parse(answer.body);
    }),
    { numRuns: 250 },
  );
}, 20_000);
