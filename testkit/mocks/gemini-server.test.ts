import { afterAll, beforeAll, expect, test } from "bun:test";
import { startGeminiMock } from "./gemini-server.ts";
import type { MockVendor } from "./shared/mock-server.ts";

let mock: MockVendor;
beforeAll(() => {
  mock = startGeminiMock();
});
afterAll(() => mock.close());

async function post(body: unknown, path = "gemini-3-pro-preview:generateContent", key = mock.apiKey) {
  const response = await fetch(`${mock.url}/v1beta/models/${path}`, {
    method: "POST",
    headers: { "x-goog-api-key": key, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const json = (await response.json()) as {
    error?: { message: string; status: string };
    candidates?: { content: { parts: Record<string, unknown>[] } }[];
  };
  return { status: response.status, message: json.error?.message ?? "", json };
}

const user = { role: "user", parts: [{ text: "Hi" }] };
const call = { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] };
const response = { role: "user", parts: [{ functionResponse: { name: "f", response: {} } }] };
const declared = (parameters: unknown) => ({
  contents: [user],
  tools: [{ functionDeclarations: [{ name: "f", parameters }] }],
});
const old = "gemini-2.5-flash:generateContent";
const newest = "gemini-4-neon:generateContent";
const config = (generationConfig: unknown) => ({ contents: [user], generationConfig });

test.each<[string, unknown, RegExp, string?]>([
  ["an unknown field", { contents: [user], model: "m" }, /Unknown name "model"/],
  ["no contents", { contents: [] }, /contents is not specified/],
  ["no parts", { contents: [{ role: "user", parts: [] }] }, /must not be empty/],
  [
    "two kinds of data",
    { contents: [{ parts: [{ text: "x", functionCall: { name: "f" } }] }] },
    /oneof field/,
  ],
  ["an empty text", { contents: [{ parts: [{ text: "" }] }] }, /text parameter that is not empty/],
  ["a model first", { contents: [{ role: "model", parts: [{ text: "x" }] }] }, /begin with a user turn/],
  [
    "a prefill",
    { contents: [user, { role: "model", parts: [{ text: "x" }] }] },
    /end with a user turn/,
    newest,
  ],
  ["a call without an answer", { contents: [user, call, user] }, /number of function response parts/],
  ["an unsigned call", { contents: [user, call, response] }, /missing a `thought_signature`/],
  [
    "a forged signature",
    { contents: [user, { ...call, parts: [{ ...call.parts[0], thoughtSignature: "AAAA" }] }, response] },
    /Corrupted thought signature/,
  ],
  [
    "a result that is a text",
    { contents: [{ parts: [{ functionResponse: { name: "f", response: "x" } }] }] },
    /Invalid value at 'contents.0.parts.0.functionResponse.response'/,
  ],
  [
    "a keyword of JSON Schema",
    declared({ type: "object", additionalProperties: false }),
    /Unknown name "additionalProperties"/,
  ],
  [
    "an array of anything",
    declared({ type: "object", properties: { a: { type: "array" } } }),
    /items: missing field/,
  ],
  ["an enum of numbers", declared({ type: "integer", enum: ["1"] }), /enum: only allowed for STRING/],
  [
    "JSON beside tools on old models",
    { ...declared({ type: "object" }), generationConfig: { responseMimeType: "application/json" } },
    /Function calling with a response mime type/,
    old,
  ],
  [
    "a level and a budget",
    config({ thinkingConfig: { thinkingLevel: "LOW", thinkingBudget: 1 } }),
    /only one of/,
  ],
  [
    "a level it does not have",
    config({ thinkingConfig: { thinkingLevel: "MINIMAL" } }),
    /MINIMAL is not supported/,
  ],
  [
    "no thinking where it must be",
    config({ thinkingConfig: { thinkingBudget: 0 } }),
    /only works in thinking mode/,
    "gemini-2.5-pro:generateContent",
  ],
  ["penalties on the newest", config({ presencePenalty: 1 }), /Penalty is not enabled/, newest],
  ["six stop sequences", config({ stopSequences: [..."abcdef"] }), /stopSequences/],
  [
    "instructions beside a cache",
    { contents: [user], cachedContent: "c", systemInstruction: user },
    /CachedContent can not be used/,
  ],
])("refuses %s", async (_, body, message, path = "gemini-3-pro-preview:generateContent") => {
  const refused = await post(body, path);
  expect(refused.message).toMatch(message);
  expect(refused.status).toBe(400);
});

test("a wrong key is a bad request, an unknown model is not found", async () => {
  expect(await post({ contents: [user] }, old, "wrong")).toMatchObject({
    status: 400,
    message: expect.stringContaining("API key not valid"),
  });
  expect((await post({ contents: [user] }, "nope:generateContent")).status).toBe(404);
});

test("takes back what it signed, and the word that asks it to look away", async () => {
  const tools = [{ functionDeclarations: [{ name: "f" }] }];
  const { json } = await post({ contents: [user], tools });
  const content = { role: "model", parts: json.candidates?.[0]?.content.parts };
  expect(content.parts?.[0]).toHaveProperty("thoughtSignature");
  expect((await post({ contents: [user, content, response], tools })).status).toBe(200);
  const skipped = {
    ...call,
    parts: [{ ...call.parts[0], thoughtSignature: "skip_thought_signature_validator" }],
  };
  expect((await post({ contents: [user, skipped, response], tools })).status).toBe(200);
});
