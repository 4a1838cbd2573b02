import { expect, test } from "bun:test";
import type { ErrorCode } from "../../errors/error-table.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { openaiChat } from "./protocol.ts";

function decode(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return openaiChat.decodeError(status, new Headers(headers), text);
}

test.each([
  [
    401,
    { error: { message: "bad", type: "invalid_request_error", code: "invalid_api_key" } },
    "authentication",
  ],
  [404, { error: { message: "no", code: "model_not_found" } }, "not_found"],
  [
    429,
    { error: { message: "x", type: "insufficient_quota", code: "credit_balance_exhausted" } },
    "quota_exhausted",
  ],
  [429, { error: { message: "x", type: "tokens", code: "rate_limit_exceeded" } }, "rate_limited"],
  [429, { error: { message: "You exceeded your current quota, please check your plan" } }, "quota_exhausted"],
  [429, { error: { message: "System is experiencing high demand" } }, "overloaded"],
  [429, { error: { message: "Request too large for gpt-x" } }, "too_large"],
  [429, { error: { message: "Request too large for gpt-x", code: "rate_limit_exceeded" } }, "too_large"],
  [401, { error: { message: "x", type: "invalid_request_error" } }, "authentication"],
  [
    402,
    { error: { code: 402, message: "x", metadata: { reason: "in_flight_budget_exhausted" } } },
    "rate_limited",
  ],
  [402, { error: { code: 402, message: "Insufficient credits" } }, "quota_exhausted"],
  [400, { error: { message: "x", code: "context_length_exceeded" } }, "context_exceeded"],
  [
    400,
    { error: { code: 400, message: "x", metadata: { error_type: "context_length_exceeded" } } },
    "context_exceeded",
  ],
  [
    400,
    { object: "error", message: "This model's maximum context length is 8192 tokens" },
    "context_exceeded",
  ],
  [400, { error: { message: "bad", param: "temperature", code: "unsupported_value" } }, "invalid_request"],
  [422, { detail: [{ loc: ["body", "messages"], msg: "field required" }] }, "invalid_request"],
  [403, { error: { code: 403, message: "moderated" } }, "permission"],
  [404, { error: { code: "DeploymentNotFound", message: "x" } }, "not_found"],
  [401, { statusCode: 401, message: "Access denied due to invalid subscription key" }, "authentication"],
  [500, { error: { message: "x", type: "server_error" } }, "server_error"],
  [503, { error: { message: "x", type: "server_error" } }, "overloaded"],
  [503, { error: { message: "x", code: "slow_down" } }, "overloaded"],
  [408, "", "timeout"],
  [524, "", "timeout"],
  [413, "", "too_large"],
  [529, "", "overloaded"],
  [502, "<html><head><title>502 Bad Gateway</title></head></html>", "server_error"],
  [500, { error: "model crashed" }, "server_error"],
] as const)("%p %j is %s", (status, body, kind) => {
  expect(decode(status, body)).toMatchObject({ kind, status });
});

test("C122: whatever the body, the message is readable and short", () => {
  expect(decode(502, "").message).toBe("HTTP 502");
  expect(decode(502, "<html><head><title>502 Bad Gateway</title></head><body>…</body></html>").message).toBe(
    "502 Bad Gateway",
  );
  expect(decode(502, "{broken").message).toBe("HTTP 502");
  expect(decode(502, "upstream connect error").message).toBe("upstream connect error");
  expect(decode(400, { error: { message: "x".repeat(5000) } }).message).toHaveLength(1000);
  expect(decode(422, { detail: [{ loc: ["body", "messages", 0], msg: "field required" }] })).toMatchObject({
    param: "messages.0",
    message: "field required",
  });
  expect(
    decode(400, { error: { code: 400, message: "Provider returned error", metadata: { raw: "too hot" } } })
      .message,
  ).toBe("Provider returned error: too hot");
});

test("a wait is read where waiting helps", () => {
  expect(decode(429, "", { "retry-after-ms": "1500" }).retryAfterMs).toBe(1500);
  expect(decode(429, "", { "retry-after": "7" }).retryAfterMs).toBe(7000);
  expect(decode(400, "", { "x-ratelimit-reset-requests": "7s" }).retryAfterMs).toBeUndefined();
});

function encoded(code: ErrorCode, fields: Record<string, string>) {
  const { status, body } = openaiChat.encodeError(new PenstockError(code, { fields }), "req_1");
  return { status, ...JSON.parse(body).error };
}

test("our errors are OpenAI's: shape, type by status, its own codes where it has them", () => {
  expect(encoded("key_invalid", {})).toMatchObject({
    status: 401,
    type: "invalid_request_error",
    code: "invalid_api_key",
  });
  expect(encoded("model_not_found", { model: "gpt-9", near: "" })).toEqual({
    status: 404,
    message:
      "The model `gpt-9` does not exist or is not enabled for this organization. Use one of the ids that GET /v1/models lists.",
    type: "invalid_request_error",
    param: null,
    code: "model_not_found",
  });
  expect(encoded("upstream_quota_exhausted", { provider: "p" })).toMatchObject({
    status: 429,
    type: "insufficient_quota",
    code: "insufficient_quota",
  });
  expect(encoded("upstream_rate_limited", { provider: "p" })).toMatchObject({
    type: "rate_limit_error",
    code: "rate_limit_exceeded",
  });
  expect(encoded("upstream_overloaded", { provider: "p" })).toMatchObject({
    status: 529,
    type: "server_error",
    code: "upstream_overloaded",
  });
  expect(encoded("upstream_context_exceeded", { reason: "too long." })).toMatchObject({
    status: 400,
    code: "context_length_exceeded",
  });
});

test("the field at fault is named", () => {
  const error = new PenstockError("invalid_request", {
    param: "messages[0].role",
    fields: { reason: "No." },
  });
  expect(JSON.parse(openaiChat.encodeError(error, "r").body).error.param).toBe("messages[0].role");
});
