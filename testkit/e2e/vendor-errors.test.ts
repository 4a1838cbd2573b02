import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type Anthropic from "@anthropic-ai/sdk";
import type OpenAI from "openai";
import type { ErrorCode } from "../../src/errors/error-table.ts";
import type { ScriptedReply } from "../mocks/shared/scripted-reply.ts";
import { ask, errorClass } from "./official-clients.ts";
import { pairs, startWorld, vendorKey, vendorOf, type World } from "./world.ts";

// What a client sees when the vendor fails before its answer has begun: the vendor's status, the client's own error
// shape, the wait, and nothing of the credential.

let world: World;
const failedRequests: string[] = [];

beforeAll(async () => {
  world = await startWorld({ settings: { timeouts: { firstByte: 500, idle: 500 } } });
});
afterAll(() => world.stop());

interface Failure {
  readonly title: string;
  /** By wire. */
  readonly chat: ScriptedReply;
  readonly messages: ScriptedReply;
  readonly status: number;
  readonly code: ErrorCode;
  readonly retryAfter?: string;
  /** The same failure where no stream was asked for. */
  readonly whole?: { readonly status: number; readonly code: ErrorCode };
}

const echoed = vendorKey;
const chatError = (message: string, more: object = {}) => ({
  error: { message, type: "invalid_request_error", param: null, code: null, ...more },
});
const messagesError = (type: string, message: string) => ({ type: "error", error: { type, message } });
const both = (reply: ScriptedReply): Pick<Failure, "chat" | "messages"> => ({ chat: reply, messages: reply });

const failures: readonly Failure[] = [
  {
    title: "401 that repeats the key",
    chat: {
      status: 401,
      json: chatError(`Incorrect API key provided: ${echoed}`, { code: "invalid_api_key" }),
    },
    messages: { status: 401, json: messagesError("authentication_error", `invalid x-api-key ${echoed}`) },
    status: 401,
    code: "upstream_credential_rejected",
  },
  {
    title: "400 that repeats the key",
    chat: { status: 400, json: chatError(`Bad value near ${echoed}.`) },
    messages: { status: 400, json: messagesError("invalid_request_error", `bad value near ${echoed}`) },
    status: 400,
    code: "upstream_rejected",
  },
  {
    title: "403",
    chat: { status: 403, json: chatError("Country not supported") },
    messages: { status: 403, json: messagesError("permission_error", "no access") },
    status: 403,
    code: "upstream_credential_rejected",
  },
  {
    title: "404 of a model that is gone",
    chat: { status: 404, json: chatError("The model does not exist", { code: "model_not_found" }) },
    messages: { status: 404, json: messagesError("not_found_error", "model: claude") },
    status: 404,
    code: "upstream_rejected",
  },
  {
    title: "429 with retry-after",
    chat: {
      status: 429,
      headers: { "retry-after": "7" },
      json: chatError("Slow down", { code: "rate_limit_exceeded" }),
    },
    messages: {
      status: 429,
      headers: { "retry-after": "7" },
      json: messagesError("rate_limit_error", "slow down"),
    },
    status: 429,
    code: "upstream_rate_limited",
    retryAfter: "7",
  },
  {
    title: "429 with retry-after-ms",
    chat: { status: 429, headers: { "retry-after-ms": "1500" }, json: chatError("Slow down") },
    messages: {
      status: 429,
      headers: { "retry-after-ms": "1500" },
      json: messagesError("rate_limit_error", "slow"),
    },
    status: 429,
    code: "upstream_rate_limited",
    retryAfter: "2",
  },
  {
    title: "429 with reset headers only",
    chat: {
      status: 429,
      headers: { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m3s" },
      json: chatError("Slow down"),
    },
    messages: {
      status: 429,
      headers: {
        date: "Sat, 01 Nov 2025 10:00:00 GMT",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2025-11-01T10:01:03Z",
      },
      json: messagesError("rate_limit_error", "slow"),
    },
    status: 429,
    code: "upstream_rate_limited",
    retryAfter: "63",
  },
  {
    title: "an empty account",
    chat: {
      status: 429,
      json: chatError("You exceeded your current quota", {
        type: "insufficient_quota",
        code: "insufficient_quota",
      }),
    },
    messages: { status: 402, json: messagesError("billing_error", "no credit") },
    status: 429,
    code: "upstream_quota_exhausted",
  },
  {
    title: "500",
    chat: { status: 500, json: chatError("The server had an error", { type: "server_error" }) },
    messages: { status: 500, json: messagesError("api_error", "Internal server error") },
    status: 500,
    code: "upstream_error",
  },
  { title: "500 without a body", ...both({ status: 500, body: "" }), status: 500, code: "upstream_error" },
  {
    title: "503 with retry-after",
    chat: {
      status: 503,
      headers: { "retry-after": "3" },
      json: chatError("overloaded", { code: "slow_down" }),
    },
    messages: { status: 503, headers: { "retry-after": "3" }, body: "upstream connect error" },
    status: 503,
    code: "upstream_overloaded",
    retryAfter: "3",
  },
  {
    title: "529 overloaded",
    chat: { status: 529, json: chatError("overloaded") },
    messages: { status: 529, json: messagesError("overloaded_error", "Overloaded") },
    status: 529,
    code: "upstream_overloaded",
  },
  {
    title: "a page of HTML with 502",
    ...both({ status: 502, body: `<html><title>Bad gateway</title>${echoed}</html>` }),
    status: 502,
    code: "upstream_error",
  },
  {
    title: "a page of HTML with 200",
    ...both({ body: `<html><title>Please sign in</title>${echoed}</html>` }),
    status: 502,
    code: "upstream_malformed",
  },
  { title: "200 without a body", ...both({ body: "" }), status: 502, code: "upstream_malformed" },
  {
    title: "a redirect",
    ...both({ status: 302, headers: { location: "http://127.0.0.1:9/" }, body: "" }),
    status: 502,
    code: "upstream_error",
  },
  {
    title: "a rate limit as JSON with 200",
    chat: { json: chatError("Slow down", { type: "rate_limit_error", code: "rate_limit_exceeded" }) },
    messages: { json: messagesError("rate_limit_error", "slow down") },
    status: 429,
    code: "upstream_rate_limited",
  },
  {
    title: "overload as the first event of a stream",
    chat: { events: [{ error: { message: "Overloaded", type: "overloaded_error", code: 529 } }] },
    messages: { events: [messagesError("overloaded_error", "Overloaded")] },
    status: 529,
    code: "upstream_overloaded",
    // Nobody asked for a stream: whatever it says, it is not an answer.
    whole: { status: 502, code: "upstream_malformed" },
  },
  {
    title: "silence before the first byte",
    ...both({ json: {}, pace: { delayMs: 1500 } }),
    status: 504,
    code: "upstream_timeout",
  },
  {
    title: "a cut before the first byte of the body",
    ...both({ events: [{ type: "ping" }], pace: { dropAfter: 0 } }),
    status: 502,
    code: "upstream_unreachable",
  },
];

function statusOf(
  { code, status, whole }: Failure,
  { wire, stream }: { wire: string; stream: boolean },
): number {
  // The vendors' own statuses differ here, and are kept.
  if (code === "upstream_quota_exhausted" && wire === "messages") return 402;
  return (stream ? undefined : whole?.status) ?? status;
}

describe.each(pairs)("$title", (pair) => {
  describe.each(failures)("$title", (failure) => {
    test.each([false, true])("stream: %p", async (stream) => {
      const { surface, wire, model } = pair;
      const scripted = failure[wire];
      vendorOf(world, pair).reply(scripted);

      const { text, error } = await ask(world.penstock, { surface, model, stream });
      expect(text).toBe("");
      const { code } = (!stream && failure.whole) || failure;
      const status = statusOf(failure, { wire, stream });
      const thrown = error as InstanceType<typeof OpenAI.APIError> | InstanceType<typeof Anthropic.APIError>;
      expect(thrown).toBeInstanceOf(errorClass(surface, status));
      expect(thrown.status).toBe(status);
      const headers = new Headers(thrown.headers);
      expect(headers.get("x-penstock-error")).toBe(code);
      expect(headers.get("retry-after")).toBe(failure.retryAfter ?? null);
      const told = `${thrown.message} ${JSON.stringify(thrown.error)} ${JSON.stringify([...headers])}`;
      expect(told).not.toContain(vendorKey);
      expect(told).not.toContain("<html>");
      failedRequests.push(headers.get("x-penstock-request-id") ?? "");
    });
  });
});

test("every failure left one row in the ledger that says what went wrong", async () => {
  expect(failedRequests.length).toBe(pairs.length * failures.length * 2);
  const rows = await Promise.all(failedRequests.map((id) => world.penstock.ledgerRow(id)));
  expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(["failed"]));
  for (const row of rows) {
    expect(row.status).toBeGreaterThanOrEqual(400);
    expect(row.error_code).toMatch(/^upstream_/);
  }
  expect(JSON.stringify(rows)).not.toContain(vendorKey);
  expect(world.penstock.inFlight()).toBe(0);
});

describe("a vendor that cannot be reached", () => {
  const free = Bun.serve({ port: 0, fetch: () => new Response() });
  const closedPort = free.port;
  free.stop(true);

  test.each([
    { title: "connection refused", url: `http://127.0.0.1:${closedPort}`, name: "refused" },
    { title: "a name that does not resolve", url: "http://vendor.invalid", name: "nowhere" },
  ])("$title", async ({ url, name }) => {
    await world.penstock.addProvider({
      name,
      driver: "openai_completions",
      vendor: { url, apiKey: vendorKey },
      models: [`model-${name}`],
      unvalidated: true,
    });
    for (const { surface } of pairs)
      for (const stream of [false, true]) {
        const { error } = await ask(world.penstock, { surface, model: `model-${name}`, stream });
        expect(error).toBeInstanceOf(errorClass(surface, 502));
        expect(error).toMatchObject({ status: 502 });
        expect(String(error)).toContain(`The provider \`${name}\` could not be reached.`);
        expect(String(error)).not.toContain(vendorKey);
      }
  });
});
