import { describe, expect, test } from "bun:test";
import { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import { openaiChat } from "../openai-chat/protocol.ts";
import { encodeRequest } from "./encode-request.ts";

const levels: ModelTraits = {
  reasoning: "effort",
  efforts: ["low", "high"],
  alwaysReasons: true,
  schemaDialect: "json-schema",
  structuredOutputWithTools: true,
  mediaInToolResults: true,
  maxOutputTokens: 65_536,
};
const budgets: ModelTraits = {
  reasoning: "budget",
  reasoningBudget: { min: 128, max: 32_768 },
  alwaysReasons: true,
  schemaDialect: "json-schema",
  structuredOutputWithTools: false,
};

/** What a Chat client's body becomes, and what it loses. */
function encode(body: Record<string, unknown>, traits: ModelTraits = levels) {
  const losses = new LossList();
  const whole = { model: "m", messages: [{ role: "user", content: "Hi" }], ...body };
  const request = openaiChat.decodeRequest(whole);
  const text = encodeRequest(request, { model: "m", traits, quirks: {}, losses });
  return {
    body: JSON.parse(text),
    losses: losses.toArray().map(({ field, action }) => `${field} ${action}`),
  };
}

const call = (id: string, name = "f") => ({ id, type: "function", function: { name, arguments: '{"a":1}' } });
const result = (id: string, content: unknown = "ok") => ({ role: "tool", tool_call_id: id, content });
const user = (content: unknown) => ({ role: "user", content });

describe("turns", () => {
  test("a plain request loses nothing", () => {
    expect(
      encode({ messages: [{ role: "system", content: "Be terse." }, user("Hi")], max_tokens: 100 }),
    ).toEqual({
      body: {
        contents: [{ role: "user", parts: [{ text: "Hi" }] }],
        systemInstruction: { parts: [{ text: "Be terse." }] },
        generationConfig: { maxOutputTokens: 100 },
      },
      losses: [],
    });
  });

  test("neighbours of one role are one turn; instructions alone get a turn to answer", () => {
    expect(encode({ messages: [user("a"), user("b")] }).body.contents).toEqual([
      { role: "user", parts: [{ text: "a" }, { text: "b" }] },
    ]);
    expect(encode({ messages: [{ role: "system", content: "Go" }] })).toMatchObject({
      body: { contents: [{ role: "user", parts: [{ text: "Begin." }] }] },
      losses: ["messages emulated"],
    });
  });

  test("results come in one turn, in the order of their calls, under the calls' names", () => {
    const { body } = encode({
      messages: [
        user("x"),
        { role: "assistant", tool_calls: [call("fc-1", "f"), call("fc-2", "g")] },
        result("fc-2", '{"n":2}'),
        result("fc-1"),
        user("and?"),
      ],
    });
    expect(body.contents.slice(1)).toEqual([
      {
        role: "model",
        parts: [
          {
            functionCall: { id: "fc-1", name: "f", args: { a: 1 } },
            thoughtSignature: "skip_thought_signature_validator",
          },
          { functionCall: { id: "fc-2", name: "g", args: { a: 1 } } },
        ],
      },
      {
        role: "user",
        parts: [
          { functionResponse: { id: "fc-1", name: "f", response: { output: "ok" } } },
          { functionResponse: { id: "fc-2", name: "g", response: { n: 2 } } },
        ],
      },
      { role: "user", parts: [{ text: "and?" }] },
    ]);
  });

  test("made-up ids are left out, and a signature goes back on its own call", () => {
    const extra_content = { google: { thought_signature: "c2ln" } };
    const { body, losses } = encode({
      messages: [
        user("x"),
        { role: "assistant", tool_calls: [{ ...call("call_abc_0"), extra_content }, call("call_abc_1")] },
        result("call_abc_0"),
        result("call_abc_1"),
      ],
    });
    expect(body.contents[1].parts).toEqual([
      { functionCall: { name: "f", args: { a: 1 } }, thoughtSignature: "c2ln" },
      { functionCall: { name: "f", args: { a: 1 } } },
    ]);
    expect(losses).toEqual([]);
  });

  test("models that do not check signatures get no stand-in", () => {
    const messages = [user("x"), { role: "assistant", tool_calls: [call("a")] }, result("a")];
    expect(encode({ messages }, budgets).losses).toEqual([]);
    expect(encode({ messages }).losses).toEqual(["messages[1].content[0].signature defaulted"]);
  });

  test("an image in a result stands in it where that is allowed, else in a turn behind it", () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
    const messages = [user("x"), { role: "assistant", tool_calls: [call("a")] }, result("a", [image])];
    const inlineData = { mimeType: "image/png", data: "AAAA" };
    expect(encode({ messages }).body.contents.at(-1).parts[0].functionResponse.parts).toEqual([
      { inlineData },
    ]);
    const old = encode({ messages }, budgets);
    expect(old.body.contents.at(-1).parts).toEqual([
      { text: "Content of the result of `f`:" },
      { inlineData },
    ]);
    expect(old.losses).toEqual(["messages[2].content[0].content emulated"]);
  });

  test("media go as bytes or as addresses", () => {
    const parts = [
      { type: "image_url", image_url: { url: "https://x.example/a.png?s=1", detail: "low" } },
      { type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } },
    ];
    const { body, losses } = encode({
      messages: [user([...parts, { type: "file", file: { file_id: "file-1" } }])],
    });
    expect(body.contents[0].parts).toEqual([
      {
        fileData: { mimeType: "image/png", fileUri: "https://x.example/a.png?s=1" },
        mediaResolution: { level: "MEDIA_RESOLUTION_LOW" },
      },
      { inlineData: { mimeType: "audio/mp3", data: "AAAA" } },
      { inlineData: { mimeType: "application/pdf", data: "AAAA" } },
    ]);
    expect(losses).toEqual(["messages[0].content[3] dropped"]);
  });

  test("models without instructions read them in the first turn", () => {
    const messages = [{ role: "system", content: "Be terse." }, user("Hi")];
    expect(encode({ messages }, { reasoning: "none", systemPrompt: false })).toEqual({
      body: { contents: [{ role: "user", parts: [{ text: "Be terse." }, { text: "Hi" }] }] },
      losses: ["system emulated"],
    });
  });
});

describe("reasoning", () => {
  const thinking = (body: Record<string, unknown>, traits?: ModelTraits) => {
    const encoded = encode(body, traits);
    return [encoded.body.generationConfig?.thinkingConfig, encoded.losses];
  };
  test.each<[string, Record<string, unknown>, ModelTraits, unknown, string[]]>([
    ["a level", { reasoning_effort: "low" }, levels, { thinkingLevel: "LOW", includeThoughts: true }, []],
    [
      "a level between two",
      { reasoning_effort: "medium" },
      levels,
      { thinkingLevel: "HIGH", includeThoughts: true },
      ["reasoning_effort clamped"],
    ],
    [
      "none on a model that always reasons",
      { reasoning_effort: "none" },
      levels,
      { thinkingLevel: "LOW" },
      ["reasoning_effort clamped"],
    ],
    [
      "an effort as a budget",
      { reasoning_effort: "medium" },
      budgets,
      { thinkingBudget: 9830, includeThoughts: true },
      ["reasoning_effort emulated"],
    ],
    [
      "a budget below the least",
      { reasoning: { max_tokens: 10 } },
      budgets,
      { thinkingBudget: 128, includeThoughts: true },
      ["reasoning_effort clamped"],
    ],
    [
      "a budget as a level",
      { reasoning: { max_tokens: 1000 } },
      levels,
      { thinkingLevel: "LOW", includeThoughts: true },
      ["reasoning_effort emulated"],
    ],
    [
      "switched off where it can be",
      { reasoning_effort: "none" },
      { reasoning: "budget" },
      { thinkingBudget: 0 },
      [],
    ],
    [
      "nothing to ask of a model that does not",
      { reasoning_effort: "low" },
      { reasoning: "none" },
      undefined,
      ["reasoning_effort dropped"],
    ],
    ["nothing asked, nothing said", {}, levels, undefined, []],
  ])("%s", (_, body, traits, config, losses) => expect(thinking(body, traits)).toEqual([config, losses]));
});

describe("tools and answers", () => {
  const parameters = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };
  const tools = [{ type: "function", function: { name: "f", parameters } }];
  const response_format = { type: "json_schema", json_schema: { name: "x", schema: parameters } };

  test("schemas are written in the dialect the model reads", () => {
    expect(encode({ tools })).toEqual({
      body: {
        contents: expect.anything(),
        tools: [{ functionDeclarations: [{ name: "f", parametersJsonSchema: parameters }] }],
      },
      losses: [],
    });
    const old = encode({ tools }, { reasoning: "none" });
    expect(old.body.tools[0].functionDeclarations[0].parameters).toEqual({
      type: "object",
      properties: { a: { type: "string" } },
    });
    expect(old.losses).toEqual(["tools[0].parameters.additionalProperties dropped"]);
  });

  test.each([
    ["auto", { mode: "AUTO" }],
    ["none", { mode: "NONE" }],
    ["required", { mode: "ANY" }],
    [
      { type: "function", function: { name: "f" } },
      { mode: "ANY", allowedFunctionNames: ["f"] },
    ],
  ])("the choice %j", (tool_choice, functionCallingConfig) => {
    expect(encode({ tools, tool_choice }).body.toolConfig).toEqual({ functionCallingConfig });
  });

  test("an answer's form is bound natively, beside tools only on newer models", () => {
    expect(encode({ response_format }).body.generationConfig).toEqual({
      responseMimeType: "application/json",
      responseJsonSchema: parameters,
    });
    expect(encode({ response_format, tools }).losses).toEqual([]);
    const old = encode({ response_format, tools }, budgets);
    expect(old.body.generationConfig).toBeUndefined();
    expect(old.body.systemInstruction.parts[0].text).toContain('"additionalProperties":false');
    expect(old.losses).toEqual(["response_format emulated"]);
  });
});

describe("the rest", () => {
  test("a cache excludes what it holds itself", () => {
    const messages = [{ role: "system", content: "S" }, user("Hi")];
    const tools = [{ type: "function", function: { name: "f" } }];
    const { body, losses } = encode({ messages, tools, cached_content: "cachedContents/x" });
    expect(body).toEqual({ contents: [user1], cachedContent: "cachedContents/x" });
    expect(losses).toEqual(["system dropped", "tools dropped"]);
  });
  const user1 = { role: "user", parts: [{ text: "Hi" }] };

  test("what the vendor has no word for is named", () => {
    const { body, losses } = encode({
      stop: ["a", "b", "c", "d", "e", "f"],
      seed: 2 ** 40,
      logit_bias: { 1: 1 },
      user: "u",
      n: 2,
      service_tier: "default",
      temperature: 0.5,
      parallel_tool_calls: false,
      safety_settings: [{ category: "C", threshold: "OFF" }],
    });
    expect(body.generationConfig).toEqual({
      temperature: 0.5,
      seed: 0,
      stopSequences: ["a", "b", "c", "d", "e"],
    });
    expect(body).toMatchObject({
      serviceTier: "standard",
      safetySettings: [{ category: "C", threshold: "OFF" }],
    });
    expect(losses.sort()).toEqual([
      "logit_bias dropped",
      "n dropped",
      "seed clamped",
      "stop clamped",
      "user dropped",
    ]);
  });

  test("sampling goes where it is refused: nowhere", () => {
    const { body, losses } = encode(
      { temperature: 0.5, presence_penalty: 1 },
      { ...levels, sampling: false },
    );
    expect(body.generationConfig).toBeUndefined();
    expect(losses).toEqual(["temperature dropped", "presence_penalty dropped"]);
  });
});
