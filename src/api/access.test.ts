import { afterEach, beforeEach, expect, test } from "bun:test";
import { z } from "zod";
import { canary, startApi, type TestApi } from "../../testkit/api.ts";
import { explainNothing } from "../../testkit/explain-nothing.ts";
import { newKeyValue } from "../services/config/document/new-key-value.ts";
import { createKey } from "../services/keys/create.ts";
import { createOrg } from "../services/orgs/create.ts";
import { createProvider } from "../services/providers/create.ts";
import { createApi } from "./create-api.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startApi();
});

afterEach(() => api.stop());

test("only a live key with the scope admin is let in", async () => {
  const { ctx, orgId } = api.plane;
  const gateway = await createKey(ctx, { orgId, name: "gw" });
  const expired = await createKey(ctx, { orgId, name: "old", scopes: ["admin"], expiresAt: Date.now() + 40 });
  const url = await createKey(ctx, { orgId, name: "url", carrier: "url" });
  await Bun.sleep(60);
  const codes = async (key: string) => {
    const { status, body, headers } = await api.call("GET", "/org", { key });
    return [status, body.code, headers.has("www-authenticate")];
  };
  expect(await codes("")).toEqual([401, "key_missing", true]);
  expect(await codes(newKeyValue())).toEqual([401, "key_invalid", true]);
  expect(await codes("psk_short")).toEqual([401, "key_invalid", true]);
  expect(await codes(expired.value.reveal())).toEqual([401, "key_invalid", true]);
  expect(await codes(url.value.reveal())).toEqual([401, "key_invalid", true]);
  expect(await codes(gateway.value.reveal())).toEqual([403, "key_scope", false]);
  const basic = await api.call("GET", "/org", { key: "", headers: { authorization: "Basic YWI6Y2Q=" } });
  expect(basic.body.code).toBe("key_invalid");
  expect((await api.call("GET", "/org", { key: "", headers: { "x-api-key": api.adminKey } })).status).toBe(
    200,
  );
});

test("a key does nothing to its own organization that is meant for another", async () => {
  const other = await createOrg(api.plane.ctx, { name: "elsewhere" });
  const make = (org: string) =>
    api.call("POST", "/keys", { body: { name: "meant" }, headers: { "x-penstock-org": org } });
  expect((await make(other.id)).body).toMatchObject({ status: 404, code: "not_found" });
  expect((await make(api.plane.orgId)).status).toBe(201);
});

test("a revoked key is out at once", async () => {
  const made = await api.call("POST", "/keys", { body: { name: "second", scopes: ["admin"] } });
  const key = made.body.value;
  expect((await api.call("GET", "/org", { key })).status).toBe(200);
  expect((await api.call("DELETE", `/keys/${made.body.id}`)).body).toMatchObject({ active: false });
  expect((await api.call("GET", "/org", { key })).status).toBe(401);
});

test("another organization's things do not exist", async () => {
  const { ctx } = api.plane;
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
    ["POST", `/providers/${foreign.id}/probe`],
    ["POST", `/providers/${foreign.id}/discover`],
    ["POST", `/providers/${foreign.id}/models`, { model: "x" }],
    ["GET", `/models/${model}`],
    ["PATCH", `/models/${model}`, { enabled: false }],
    ["DELETE", `/models/${model}`],
    ["DELETE", `/keys/${key.id}`],
  ];
  for (const [method, path, body] of attempts) {
    const answer = await api.call(method, path, { body });
    expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, "not_found"]);
  }
  for (const path of ["/providers", "/models", "/keys"]) {
    expect(JSON.stringify((await api.call("GET", path)).body)).not.toMatch(/theirs|secret-model/);
  }
});

test("the server never reads its own environment for a caller's file", async () => {
  process.env.PENSTOCK_TEST_SECRET = canary;
  const content =
    "orgs: { default: { providers: [{ name: a, driver: fake, credentials: { api_key: { env: PENSTOCK_TEST_SECRET } } }] } }";
  const { status, body } = await api.call("POST", "/config/apply", { body: { file: "f.yaml", content } });
  delete process.env.PENSTOCK_TEST_SECRET;
  expect(status).toBe(422);
  expect(body.problems[0]?.message).toBe("no value was sent for `env:PENSTOCK_TEST_SECRET`");
});

test("a failure inside is told to the operator, not to the caller", async () => {
  const broken = createApi({
    services: api.plane.ctx,
    explain: explainNothing,
    resolve: () => {
      throw new Error("boom at /some/path");
    },
    gatewayUrl: "http://gateway.test",
    version: "1",
  });
  const response = await broken.request("/api/v1/resolve?model=x", {
    headers: { authorization: `Bearer ${api.adminKey}` },
  });
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).not.toContain("boom");
  expect(JSON.parse(text).code).toBe("internal");
  expect(Bun.inspect(api.plane.log.at(-1))).toContain("boom");
});

test("the contract is served without a key and describes every route", async () => {
  const { status, body } = await api.call("GET", "/openapi.json", { key: "" });
  expect(status).toBe(200);
  expect(body.openapi).toBe("3.1.0");
  const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(
      z.record(z.string(), z.looseObject({ security: z.unknown().optional() })).parse(methods),
    ).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path,
      open: Bun.deepEquals(security, []),
    })),
  );
  expect(operations.length).toBeGreaterThanOrEqual(60);
  const open = operations.filter((each) => each.open).map(({ path }) => path.replace("/api/v1", ""));
  expect(open.toSorted()).toEqual([
    "/auth/oidc",
    "/auth/oidc/callback",
    "/auth/oidc/start",
    "/auth/password-reset",
    "/auth/password-reset/preview",
    "/auth/sign-in",
    "/invitations/accept",
    "/invitations/preview",
    "/setup",
  ]);
  for (const { method, path } of operations.filter((each) => !each.open)) {
    const concrete = path.replace("/api/v1", "").replaceAll(/\{\w+\}/g, "x");
    expect([method, path, (await api.call(method, concrete, { key: "" })).status]).toEqual([
      method,
      path,
      401,
    ]);
  }
});

test("every answer has the security headers, and no origin is let in", async () => {
  const { headers } = await api.call("GET", "/org", { headers: { origin: "https://evil.example" } });
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.has("access-control-allow-origin")).toBe(false);
});
