import { afterEach, beforeEach, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { canary, startApi, type TestApi } from "../../testkit/api.ts";
import { problemSchema } from "./problem/problem-document.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startApi();
});

afterEach(() => api.stop());

const provider = (extra: Record<string, unknown> = {}) => ({
  name: "main",
  driver: "fake",
  credentials: { api_key: canary },
  models: ["m1"],
  ...extra,
});

test("a provider's life: registered, listed, changed, checked, discovered, removed", async () => {
  const made = await api.call("POST", "/providers?discover=false", { body: provider() });
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
  expect((await api.call("GET", "/providers")).body).toMatchObject({ data: [{ id }], next_cursor: null });
  const changed = await api.call("PATCH", `/providers/${id}`, { body: { priority: 7, enabled: false } });
  expect(changed.body).toMatchObject({ priority: 7, enabled: false, status: "available" });
  expect((await api.call("GET", `/providers/${id}`)).body).toEqual(changed.body);
  expect((await api.call("POST", `/providers/${id}/probe`)).body.result).toMatchObject({
    status: "valid",
    models: 1,
  });
  expect((await api.call("POST", `/providers/${id}/discover`)).body).toMatchObject({
    added: ["found"],
    total: 1,
  });
  expect((await api.call("DELETE", `/providers/${id}`)).status).toBe(204);
  expect((await api.call("GET", `/providers/${id}`)).status).toBe(404);
});

test("a refused credential is a 422 that says so, and nothing is saved", async () => {
  const refused = await api.call("POST", "/providers", {
    body: provider({ credentials: { api_key: "bad" } }),
  });
  expect(refused.status).toBe(422);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(refused.body).toMatchObject({ code: "credential_rejected", status: 422 });
  const pending = await api.call("POST", "/providers?validate=false&discover=false", {
    body: provider({ credentials: { api_key: "bad" } }),
  });
  expect(pending.body).toMatchObject({ status: "pending" });
});

test("checking a candidate stores nothing", async () => {
  const check = (key: string) =>
    api.call("POST", "/providers/check", { body: { driver: "fake", credentials: { api_key: key } } });
  expect((await check("good")).body).toMatchObject({ status: "valid", models: 1, reason: null });
  expect((await check("bad")).body).toMatchObject({ status: "rejected", models: null });
  expect((await check("down")).body).toMatchObject({ status: "unreachable" });
  expect((await api.call("GET", "/providers")).body.data).toEqual([]);
});

test("an upsert by name makes it once and changes it after that; an omitted credential stays, null clears", async () => {
  const { name: _name, ...body } = provider({ credentials: { api_key: canary, extra: "more" } });
  expect((await api.call("PUT", "/providers/by-name/main", { body })).status).toBe(201);
  const again = await api.call("PUT", "/providers/by-name/MAIN", {
    body: { driver: "fake", credentials: { extra: null }, priority: 3 },
  });
  expect(again.status).toBe(200);
  expect(Object.keys(again.body.credentials)).toEqual(["api_key"]);
});

test("every problem of a body is listed with its JSON pointer, and no value is repeated", async () => {
  const { status, body } = await api.call("POST", "/providers", {
    body: { driver: 5, credentials: { api_key: [canary] }, enabled: canary, "x~/": 1, models: [""] },
  });
  expect(status).toBe(422);
  expect(body.code).toBe("unprocessable");
  expect(body.problems.map(({ path }) => path).sort()).toEqual([
    "/credentials/api_key",
    "/driver",
    "/enabled",
    "/models/0",
    "/name",
    "/x~0~1",
  ]);
});

test("problems the services find have pointers too", async () => {
  const { body } = await api.call("POST", "/providers", {
    body: { name: "a b", driver: "fake", base_url: "ftp://x", options: { nope: 1 } },
  });
  expect(body.problems.map(({ path }) => path)).toContain("/name");
  const shaped = await api.call("POST", "/providers", {
    body: { name: "ab", driver: "fake", base_url: "ftp://x", options: { nope: 1 } },
  });
  expect(shaped.body.problems.map(({ path }) => path).sort()).toEqual([
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
  ["no model to resolve", "GET", "/resolve", undefined, 400, "model_missing"],
  ["an unknown path", "GET", "/nothing", undefined, 404, "not_found"],
  ["a wrong method", "DELETE", "/providers", undefined, 405, "method_not_allowed"],
  ["an unknown id", "GET", "/providers/prov_00000000000000000000000000", undefined, 404, "not_found"],
  ["a malformed id", "GET", "/models/..%2F..%2Fetc", undefined, 404, "not_found"],
  ["a request nobody made", "GET", "/requests/req_x", undefined, 404, "not_found"],
])("%s is a problem document", async (_what, method, path, body, status, code) => {
  const answer = await api.call(method, path, { body });
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(problemSchema.parse(answer.body).status).toBe(status);
  expect(answer.headers.get("x-penstock-request-id")).toBe(answer.body.request_id);
});

test("a body of another content type is refused, whatever it holds", async () => {
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
  ]) {
    const { status, body } = await api.call("POST", "/keys", {
      body: '{"name":"sneaky"}',
      headers: { "content-type": type },
    });
    expect([type, status < 500, problemSchema.safeParse(body).success]).toEqual([type, true, true]);
  }
  expect((await api.call("GET", "/keys")).body.data.map(({ name }) => name)).toEqual(["admin"]);
});

test("a wrong method names the right ones", async () => {
  expect((await api.call("DELETE", "/providers")).headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
});

test("a body above 1 MiB is refused, whether or not it says its length", async () => {
  const text = JSON.stringify({ name: "x".repeat(1_100_000) });
  expect((await api.call("POST", "/keys", { body: text })).body.code).toBe("body_too_large");
  const stream = new Blob([text]).stream();
  const response = await api.app.request("/api/v1/keys", {
    method: "POST",
    headers: { authorization: `Bearer ${api.adminKey}`, "content-type": "application/json" },
    body: stream,
  });
  expect(response.status).toBe(413);
});

test("a key's value is shown when it is made and never again", async () => {
  const { body } = await api.call("POST", "/keys", {
    body: {
      name: "ci",
      allowed_models: ["m1"],
      strict: true,
      on_disconnect: "drain",
      expires_at: "2100-01-01T00:00:00+02:00",
    },
  });
  expect(body).toMatchObject({
    name: "ci",
    scopes: ["gateway"],
    allowed_models: ["m1"],
    strict: true,
    on_disconnect: "drain",
    expires_at: "2099-12-31T22:00:00.000Z",
  });
  expect(body.value).toMatch(/^psk_\w{49}$/);
  const { body: list } = await api.call("GET", "/keys");
  expect(JSON.stringify(list)).not.toContain(body.value);
  expect(list.data.map(({ name }) => name)).toEqual(["admin", "ci"]);
});

test("a key that would have expired already is refused, the field named", async () => {
  const { status, body } = await api.call("POST", "/keys", {
    body: { name: "late", expires_at: "2001-01-01T00:00:00Z" },
  });
  expect(status).toBe(422);
  expect(body).toMatchObject({ problems: [{ path: "/expires_at", message: "must be in the future" }] });
});

test("models can be added, described, disabled and removed", async () => {
  const made = await api.call("POST", "/providers?discover=false", { body: provider() });
  const added = await api.call("POST", `/providers/${made.body.id}/models`, {
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
  const changed = await api.call("PATCH", `/models/${id}`, { body: { enabled: false, display_name: "Two" } });
  expect(changed.body).toMatchObject({
    enabled: false,
    display_name: "Two",
    context_tokens: 1000,
    traits: { max_output_tokens: 99, sampling: false },
  });
  const enabled = await api.call("GET", "/models?enabled=true");
  expect(enabled.body.data.map(({ name }) => name)).toEqual(["main/m1"]);
  expect((await api.call("DELETE", `/models/${id}`)).status).toBe(204);
  expect((await api.call("GET", `/models/${id}`)).status).toBe(404);
});

test("lists come in pages that together hold everything once", async () => {
  const names = Array.from({ length: 7 }, (_, index) => `k${index}`);
  for (const name of names) await api.call("POST", "/keys", { body: { name } });
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { body }: Awaited<ReturnType<TestApi["call"]>> = await api.call(
      "GET",
      `/keys?limit=3${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    );
    expect(body.data.length).toBeLessThanOrEqual(3);
    seen.push(...body.data.map(({ name }) => name));
    cursor = body.next_cursor;
  }
  expect(seen).toEqual(["admin", ...names]);
});

test("the default model is set, refused when nobody serves it, and cleared", async () => {
  await api.call("POST", "/providers?discover=false", { body: provider() });
  expect((await api.call("PATCH", "/org", { body: { default_model: "nope" } })).status).toBe(422);
  expect((await api.call("PATCH", "/org", { body: { default_model: "main/m1" } })).body).toMatchObject({
    name: "default",
    default_model: "main/m1",
    default_model_origin: "api",
  });
  expect((await api.call("PATCH", "/org", { body: { default_model: null } })).body.default_model).toBeNull();
});

test("drivers come with the forms that clients build from", async () => {
  const { body } = await api.call("GET", "/drivers");
  expect(body.data[0]).toMatchObject({
    id: "fake",
    default_base_url: "https://vendor.example/v1",
    credential_form: [{ name: "api_key", type: "secret", required: true }, { name: "extra" }],
  });
});

test("resolution is the data plane's", async () => {
  expect((await api.call("GET", "/resolve?model=m9")).body).toMatchObject({
    model: "m9",
    rule: "none",
    targets: [],
    near: ["m1"],
  });
});

test("resolution tells of models that are out of use, and why", async () => {
  const made = await api.call("POST", "/providers?discover=false", { body: provider() });
  const reasons = async (model: string) => {
    const { body } = await api.call("GET", `/resolve?model=${encodeURIComponent(model)}`);
    const { targets } = z.object({ targets: z.array(z.object({ reason: z.string() })) }).parse(body);
    return targets.map(({ reason }) => reason);
  };
  const [model] = (await api.call("GET", `/models?provider_id=${made.body.id}`)).body.data;
  await api.call("PATCH", `/models/${model?.id}`, { body: { enabled: false } });
  for (const name of ["m1", "main/m1", "MAIN/m1"]) {
    expect(await reasons(name)).toContain("passed over: the model is disabled");
  }
  await api.call("POST", `/providers/${made.body.id}/disable`);
  expect(await reasons("m1")).toContain("passed over: its provider and the model are disabled");
  await api.call("PATCH", `/models/${model?.id}`, { body: { enabled: true } });
  expect(await reasons("m1")).toContain("passed over: its provider is disabled");
  for (const name of ["n/m1", "M1", "main/", "/m1"]) expect(await reasons(name)).toEqual([]);
});

test("resolution without a name is that of the default; with a key it tells what the key may use", async () => {
  const made = await api.call("POST", "/providers?discover=false", { body: provider() });
  const { data } = (await api.call("GET", `/models?provider_id=${made.body.id}`)).body;
  const [model] = data;
  expect((await api.call("GET", "/resolve?kind=embedding")).body.code).toBe("model_missing");
  await api.call("PATCH", "/settings", { body: { default_models: { chat: model?.name } } });
  expect((await api.call("GET", "/resolve")).body).toMatchObject({ model: model?.name, defaulted: true });
  await api.call("PATCH", `/models/${model?.id}?force=true`, { body: { enabled: false } });
  const allowed = async (models: string[]) => {
    const body = { name: `for ${models.join()}`, allowed_models: models };
    const { id } = (await api.call("POST", "/keys", { body })).body;
    const { targets } = z
      .object({ targets: z.array(z.object({ allowed: z.boolean() })) })
      .parse((await api.call("GET", `/resolve?model=m1&key_id=${id}`)).body);
    return targets.every((target) => target.allowed);
  };
  expect(await allowed(["m1"])).toBe(true);
  expect(await allowed(["else"])).toBe(false);
  expect((await api.call("GET", "/resolve?model=m1&key_id=key_0000000000000000000000000a")).status).toBe(404);
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
      const answer = await api.call(method, path, { body: JSON.stringify(json) });
      expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400) problemSchema.parse(answer.body);
    }),
    { numRuns: 250 },
  );
}, 20_000);
