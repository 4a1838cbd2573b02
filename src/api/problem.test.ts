import { afterEach, beforeEach, expect, test } from "bun:test";
import { startApi, type TestApi } from "../../testkit/api.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startApi();
});

afterEach(() => api.stop());

test("one answer names every problem of the query, the path and the body", async () => {
  const answer = await api.call("POST", "/providers?discover=maybe&colour=red", {
    body: { name: 7, driver: "fake", shape: "round" },
  });
  expect([answer.status, answer.body.code]).toEqual([422, "unprocessable"]);
  expect(answer.body.problems.map(({ path }) => path).toSorted()).toEqual([
    "/name",
    "/shape",
    "?colour",
    "?discover",
  ]);
});

test("a problem document has what RFC 9457 and a client need", async () => {
  const { headers, body } = await api.call("GET", "/providers/none");
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body as unknown).toEqual({
    type: "urn:penstock:error:not_found",
    title: "Not Found",
    status: 404,
    detail: "Nothing here: provider none.",
    instance: `urn:penstock:request:${headers.get("x-penstock-request-id")}`,
    code: "not_found",
    next: "Check the path and the id.",
    request_id: headers.get("x-penstock-request-id"),
    retry_after_seconds: null,
    problems: [],
  });
});

test("a wrong method is told the right ones, and OPTIONS tells them, too", async () => {
  const wrong = await api.call("PUT", "/keys");
  expect([wrong.status, wrong.body.code, wrong.headers.get("allow")]).toEqual([
    405,
    "method_not_allowed",
    "GET, POST, HEAD, OPTIONS",
  ]);
  const options = await api.call("OPTIONS", "/keys", { key: "" });
  expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, POST, HEAD, OPTIONS"]);
});

test("HEAD answers as GET does, without a body", async () => {
  const answer = await api.app.request("/api/v1/org", {
    method: "HEAD",
    headers: { authorization: `Bearer ${api.adminKey}` },
  });
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
});

test.each([
  ["application/json", 200],
  ["text/html, application/xhtml+xml, */*;q=0.8", 200],
  ["application/*", 200],
  ["text/html", 406],
  ["application/json;q=0", 406],
])("accept: %s is answered with %i", async (accept, status) => {
  expect((await api.call("GET", "/org", { headers: { accept } })).status).toBe(status);
});

test("a body that is no JSON by its type or its bytes is refused as such", async () => {
  const send = (body: string | Uint8Array<ArrayBuffer>, type: string) =>
    api.app.request("/api/v1/keys", {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${api.adminKey}`, "content-type": type },
    });
  const codeOf = async (response: Response) => [
    response.status,
    ((await response.json()) as { code: string }).code,
  ];
  expect(await codeOf(await send("name=x", "application/x-www-form-urlencoded"))).toEqual([
    415,
    "unsupported_media_type",
  ]);
  expect(await codeOf(await send('{"name":', "application/json"))).toEqual([400, "invalid_json"]);
  const latin1 = new Uint8Array([...new TextEncoder().encode('{"name":"'), 0xe9, 0x22, 0x7d]);
  expect(await codeOf(await send(latin1, "application/json"))).toEqual([400, "invalid_json"]);
});

test("characters that no database keeps are refused by their place", async () => {
  for (const name of ["a\\u0000b", "a\\ud800"]) {
    const { status, body } = await api.call("POST", "/keys", { body: `{"name":"${name}"}` });
    expect([status, body.problems[0]?.path]).toEqual([422, "/name"]);
  }
  expect((await api.call("GET", "/keys/a%00b")).body.code).toBe("invalid_request");
  expect((await api.call("GET", "/keys/%ff")).body.code).toBe("invalid_request");
});

test("a URL that is too long is refused", async () => {
  const { status, body } = await api.call("GET", `/models?provider_id=${"x".repeat(9000)}`);
  expect([status, body.code]).toEqual([414, "uri_too_long"]);
});
