import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { PenstockError } from "../../errors/penstock-error.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { decodeError, encodeError } from "./error.ts";

const answer = (candidate: object, rest: object = {}) =>
  decodeResponse({ candidates: [candidate], responseId: "R-1", ...rest });
const said = { content: { parts: [{ text: "Hi" }] } };
const called = { content: { parts: [{ functionCall: { name: "f" } }, { functionCall: { name: "f" } }] } };

describe("answers", () => {
  test.each([
    ["STOP", said, "stop"],
    ["STOP", called, "tool_calls"],
    ["MAX_TOKENS", said, "max_tokens"],
    ["SAFETY", said, "content_filter"],
    ["RECITATION", said, "content_filter"],
    ["BLOCKLIST", said, "content_filter"],
    ["PROHIBITED_CONTENT", said, "content_filter"],
    ["SPII", said, "content_filter"],
    ["IMAGE_SAFETY", said, "content_filter"],
    ["MALFORMED_FUNCTION_CALL", {}, "error"],
    ["UNEXPECTED_TOOL_CALL", {}, "error"],
    ["OTHER", said, "error"],
    ["SOMETHING_NEW", said, "stop"],
  ])("%s", (finishReason, candidate, reason) =>
    expect(answer({ ...candidate, finishReason }).stopReason).toBe(reason as never),
  );

  test("thoughts used up the limit: nothing was said, and it is paid for", () => {
    const usageMetadata = { promptTokenCount: 7, thoughtsTokenCount: 99, totalTokenCount: 106 };
    const response = answer({ content: { role: "model" }, finishReason: "MAX_TOKENS" }, { usageMetadata });
    expect(response).toMatchObject({ parts: [], stopReason: "max_tokens" });
    expect(response.usage).toMatchObject({ input: 7, output: 99, reasoning: 99 });
  });

  test("cache reads and the reading of tools are counted once", () => {
    const usageMetadata = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      toolUsePromptTokenCount: 5,
      candidatesTokenCount: 10,
      thoughtsTokenCount: 3,
    };
    expect(answer(said, { usageMetadata }).usage).toMatchObject({
      input: 45,
      cacheRead: 60,
      output: 13,
      reasoning: 3,
    });
  });

  test("calls without ids are told apart, and may lack arguments", () => {
    expect(answer(called).parts).toMatchObject([
      { id: "call_R1_0", name: "f", arguments: "{}" },
      { id: "call_R1_1", name: "f", arguments: "{}" },
    ]);
  });

  test("sources stand on the text they belong to", () => {
    const groundingMetadata = { groundingChunks: [{ web: { uri: "https://x.example" } }] };
    expect(answer({ ...said, groundingMetadata }).parts[0]).toEqual({
      type: "text",
      text: "Hi",
      citations: { protocol: "gemini", value: { groundingMetadata } },
    });
  });

  test("a list of chunks is read as the answer it adds up to", () => {
    const chunks = ["Hel", "lo"].map((text) => ({ candidates: [{ content: { parts: [{ text }] } }] }));
    const end = { candidates: [{ finishReason: "STOP" }], usageMetadata: { promptTokenCount: 1 } };
    expect(decodeResponse([...chunks, end])).toMatchObject({ parts: [{ type: "text", text: "Hello" }] });
    expect(() => decodeResponse([{ error: { code: 503, message: "x" } }])).toThrow(PenstockError);
  });

  test.each([[null], ["x"], [{}], [{ candidates: [] }], [7]])("%j is no answer", (body) =>
    expect(() => decodeResponse(body)).toThrow(PenstockError),
  );
});

describe("errors", () => {
  const fail = (status: number, error: object) =>
    decodeError(status, new Headers(), JSON.stringify({ error }));
  const violation = (quotaId: string) => [{ "@type": "x.QuotaFailure", violations: [{ quotaId }] }];

  test.each<[string, number, object, string]>([
    [
      "an unknown key",
      400,
      { message: "API key not valid. Please pass a valid API key.", status: "INVALID_ARGUMENT" },
      "authentication",
    ],
    [
      "a key by its reason",
      400,
      { message: "no", details: [{ reason: "API_KEY_INVALID" }] },
      "authentication",
    ],
    ["a leaked key", 403, { message: "leaked", status: "PERMISSION_DENIED" }, "permission"],
    [
      "a region",
      400,
      { message: "User location is not supported", status: "FAILED_PRECONDITION" },
      "permission",
    ],
    ["no billing", 400, { message: "Enable billing", status: "FAILED_PRECONDITION" }, "quota_exhausted"],
    [
      "a quota of the minute",
      429,
      { status: "RESOURCE_EXHAUSTED", message: "quota", details: violation("XPerMinute") },
      "rate_limited",
    ],
    [
      "a quota of the day",
      429,
      { status: "RESOURCE_EXHAUSTED", message: "quota", details: violation("XPerDayPerModel") },
      "quota_exhausted",
    ],
    ["no such model", 404, { status: "NOT_FOUND", message: "models/x is not found" }, "not_found"],
    [
      "too long",
      400,
      {
        status: "INVALID_ARGUMENT",
        message: "The input token count (9) exceeds the maximum number of tokens allowed (8).",
      },
      "context_exceeded",
    ],
    ["overloaded", 503, { status: "UNAVAILABLE", message: "The model is overloaded." }, "overloaded"],
    ["too late", 504, { status: "DEADLINE_EXCEEDED", message: "x" }, "timeout"],
    ["a fault of the request", 400, { status: "INVALID_ARGUMENT", message: "x" }, "invalid_request"],
    ["a fault of the vendor", 500, { status: "INTERNAL", message: "x" }, "server_error"],
  ])("%s", (_, status, error, kind) => expect(fail(status, error).kind).toBe(kind as never));

  test("a refused key is not the caller's fault", () => {
    const error = { message: "API key not valid.", details: [{ reason: "API_KEY_INVALID" }] };
    expect(fail(400, error).status).toBe(401);
  });

  test("the recorded limit says how long to wait", () => {
    const body = readFileSync(
      `${import.meta.dir}/../../../testkit/recordings/google/google-429-retry-info.json`,
      "utf8",
    );
    expect(decodeError(429, new Headers(), body)).toMatchObject({
      kind: "rate_limited",
      retryAfterMs: 34_400,
    });
    expect(decodeError(429, new Headers(), `[${body}]`)).toMatchObject({
      kind: "rate_limited",
      retryAfterMs: 34_400,
    });
  });

  test("pages of proxies are not shown", () => {
    expect(decodeError(502, new Headers(), "<html>nginx</html>").message).toBe(
      "The vendor answered with status 502.",
    );
  });

  test("our errors are Google's to a client", () => {
    const error = new PenstockError("upstream_rate_limited", {
      fields: { provider: "p" },
      retryAfterMs: 1500,
    });
    const { status, body } = encodeError(error, "req_1");
    expect(status).toBe(429);
    expect(JSON.parse(body).error).toMatchObject({
      code: 429,
      status: "RESOURCE_EXHAUSTED",
      details: [{ reason: "UPSTREAM_RATE_LIMITED" }, { requestId: "req_1" }, { retryDelay: "1.5s" }],
    });
  });
});

describe("requests are read strictly", () => {
  const user = { role: "user", parts: [{ text: "x" }] };
  const model = (...names: string[]) => ({
    role: "model",
    parts: names.map((name) => ({ functionCall: { name } })),
  });
  const responses = (...names: string[]) => ({
    role: "user",
    parts: names.map((name, i) => ({ functionResponse: { name, response: { output: String(i) } } })),
  });

  test.each<[string, object, string]>([
    ["no contents", {}, "contents"],
    ["empty contents", { contents: [] }, "contents"],
    ["empty parts", { contents: [{ parts: [] }] }, "contents[0].parts"],
    ["a role", { contents: [{ role: "assistant", parts: [{ text: "x" }] }] }, "contents[0].role"],
    ["an unanswered call", { contents: [user, model("f"), user] }, "contents[1].parts[0].functionCall"],
    ["an answer to nothing", { contents: [responses("f")] }, "contents[0].parts[0].functionResponse"],
    [
      "an answer to another function",
      { contents: [user, model("f"), responses("g")] },
      "contents[2].parts[0].functionResponse",
    ],
    [
      "a budget and a level",
      { contents: [user], generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: "LOW" } } },
      "generationConfig.thinkingConfig.thinkingBudget",
    ],
    [
      "a schema without its type",
      { contents: [user], generationConfig: { responseSchema: {} } },
      "generationConfig.responseMimeType",
    ],
    [
      "an unknown function",
      {
        contents: [user],
        toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f"] } },
      },
      "toolConfig.functionCallingConfig.allowedFunctionNames",
    ],
    [
      "a forged envelope",
      {
        contents: [
          user,
          {
            role: "model",
            parts: [{ text: "", thought: true, thoughtSignature: btoa("penstock.nobody.part.x") }],
          },
        ],
      },
      "contents[1].parts[0].thoughtSignature",
    ],
  ])("%s", (_, body, param) => {
    expect(() => decodeRequest(body)).toThrow(expect.objectContaining({ code: "invalid_request", param }));
  });

  test("parallel calls without ids are answered by name and order", () => {
    const { messages } = decodeRequest({ contents: [user, model("f", "f", "g"), responses("g", "f", "f")] });
    expect(messages[1]?.parts.map((part) => "id" in part && part.id)).toEqual([
      "call_1_0",
      "call_1_1",
      "call_1_2",
    ]);
    expect(messages[2]?.parts.map((part) => "toolCallId" in part && part.toolCallId)).toEqual([
      "call_1_2",
      "call_1_0",
      "call_1_1",
    ]);
  });
});
