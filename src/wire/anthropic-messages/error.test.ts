import { describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import { PenstockError } from "../../errors/penstock-error.ts";
import { decodeError, encodeError, encodeStreamError } from "./error.ts";

const json = (type: string, message: string) =>
  JSON.stringify({ type: "error", error: { type, message }, request_id: "req_x" });
const none = new Headers();

describe("from a vendor", () => {
  test.each([
    [400, json("invalid_request_error", "messages.0.content: Field required"), "invalid_request"],
    [
      400,
      json("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
      "context_exceeded",
    ],
    [
      400,
      json("invalid_request_error", "input length and `max_tokens` exceed context limit: 1 + 2 > 3"),
      "context_exceeded",
    ],
    [
      400,
      json("invalid_request_error", "Your credit balance is too low to access the Anthropic API"),
      "quota_exhausted",
    ],
    [401, json("authentication_error", "invalid x-api-key"), "authentication"],
    [402, json("billing_error", "x"), "quota_exhausted"],
    [403, json("permission_error", "x"), "permission"],
    [404, json("not_found_error", "model: claude-no"), "not_found"],
    [409, json("conflict_error", "x"), "server_error"],
    [413, "<html>413 Request Entity Too Large</html>", "too_large"],
    [429, json("rate_limit_error", "x"), "rate_limited"],
    [429, json("rate_limit_error", "enforced_spend_limit_reached"), "quota_exhausted"],
    [500, json("api_error", "x"), "server_error"],
    [502, "<html>Bad Gateway</html>", "server_error"],
    [503, "", "overloaded"],
    [504, json("timeout_error", "x"), "timeout"],
    [529, json("overloaded_error", "Overloaded"), "overloaded"],
    [502, json("overloaded_error", "Overloaded"), "overloaded"],
    [500, '{"error":{"code":7}}', "server_error"],
    [400, '{"error":"plain"}', "invalid_request"],
    [400, "{", "invalid_request"],
  ] as const)("C122: %i %s is %s", (status, body, kind) => {
    const error = decodeError(status, none, body);
    expect(error.kind).toBe(kind);
    expect(error.status).toBe(status);
    expect(error.message).not.toContain("<");
    expect(error.message).not.toBe("");
  });

  test("the field at fault, the vendor's type, and a bounded message", () => {
    const error = decodeError(
      400,
      none,
      json("invalid_request_error", `messages.1.content.0.type: ${"x".repeat(5000)}`),
    );
    expect(error.param).toBe("messages.1.content.0.type");
    expect(error.code).toBe("invalid_request_error");
    expect(error.message).toHaveLength(1000);
  });

  test("how long to wait: as the header says, else until the empty bucket refills", () => {
    const wait = (headers: Record<string, string>) => decodeError(429, new Headers(headers), "").retryAfterMs;
    expect(wait({ "retry-after": "7" })).toBe(7000);
    expect(
      wait({
        date: "Fri, 21 Nov 2025 10:00:00 GMT",
        "anthropic-ratelimit-requests-remaining": "3",
        "anthropic-ratelimit-requests-reset": "2025-11-21T11:00:00Z",
        "anthropic-ratelimit-tokens-remaining": "0",
        "anthropic-ratelimit-tokens-reset": "2025-11-21T10:00:12Z",
      }),
    ).toBe(12_000);
    expect(wait({})).toBeUndefined();
  });
});

describe("to a client", () => {
  test.each([
    ["invalid_request", 400, "invalid_request_error", Anthropic.BadRequestError],
    ["key_invalid", 401, "authentication_error", Anthropic.AuthenticationError],
    ["key_scope", 403, "permission_error", Anthropic.PermissionDeniedError],
    ["model_not_found", 404, "not_found_error", Anthropic.NotFoundError],
    ["conflict", 409, "conflict_error", Anthropic.ConflictError],
    ["body_too_large", 413, "request_too_large", Anthropic.APIError],
    ["unprocessable", 422, "invalid_request_error", Anthropic.UnprocessableEntityError],
    ["provider_misconfigured", 424, "api_error", Anthropic.APIError],
    ["upstream_rate_limited", 429, "rate_limit_error", Anthropic.RateLimitError],
    ["internal", 500, "api_error", Anthropic.InternalServerError],
    ["upstream_timeout", 504, "timeout_error", Anthropic.InternalServerError],
    ["upstream_overloaded", 529, "overloaded_error", Anthropic.InternalServerError],
  ] as const)("%s is %i %s in the official SDK", async (code, status, type, kind) => {
    const error = new PenstockError(code, { fields: { reason: "r", provider: "p", model: "m" } });
    const encoded = encodeError(error, "req_9");
    expect(encoded.status).toBe(status);
    expect(JSON.parse(encoded.body)).toEqual({
      type: "error",
      error: { type, message: `${error.message} ${error.next}` },
      request_id: "req_9",
    });
    const client = new Anthropic({
      apiKey: "k",
      maxRetries: 0,
      fetch: async () =>
        new Response(encoded.body, { status, headers: { "content-type": "application/json" } }),
    });
    const thrown = await client.messages
      .create({ model: "m", max_tokens: 1, messages: [] })
      .catch((reason) => reason);
    expect(thrown).toBeInstanceOf(kind);
    expect(thrown.message).toContain(error.message);
  });

  test("within a stream it is an event of its own", () => {
    const text = encodeStreamError(
      new PenstockError("upstream_overloaded", { fields: { provider: "p" } }),
      "req_9",
    );
    expect(text).toStartWith("event: error\ndata: {");
    expect(text).toEndWith("}\n\n");
    expect(JSON.parse(text.slice(text.indexOf("{")))).toMatchObject({
      error: { type: "overloaded_error" },
      request_id: "req_9",
    });
  });
});

describe("what the official client recovers by", () => {
  const decode = (details: unknown) =>
    decodeError(
      400,
      new Headers(),
      JSON.stringify({ error: { type: "invalid_request_error", message: "m", details } }),
    ).facts;

  test("is kept, prose and all else is not", () => {
    expect(decode({ error_code: "thread_not_found", secret: "words" })).toEqual({
      error_code: "thread_not_found",
    });
    expect(
      decode({ error_code: "thread_unsupported_request", unsupported: ["web_search", "two words", 5] }),
    ).toEqual({ error_code: "thread_unsupported_request", unsupported: ["web_search"] });
    for (const details of [null, "x", {}, { error_code: "two words" }, { error_code: 5 }])
      expect(decode(details)).toBeUndefined();
  });

  test("is told again in the error's details", () => {
    const facts = { error_code: "thread_not_found" };
    const { body } = encodeError(new PenstockError("upstream_rejected", { facts }), "req_1");
    expect(JSON.parse(body).error.details).toEqual(facts);
    expect(JSON.parse(encodeError(new PenstockError("internal"), "req_1").body).error).not.toHaveProperty(
      "details",
    );
  });
});
