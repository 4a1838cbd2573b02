import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { editBody } from "../json/edit-body.ts";
import { scanTopLevel } from "../json/top-level.ts";
import { LossList } from "../neutral/loss.ts";
import { noUsage } from "../neutral/usage.ts";
import { cohereEmbeddingWire } from "./cohere-wire.ts";
import type { EmbeddingWire } from "./embedding-protocol.ts";
import { geminiEmbeddingSurface } from "./gemini-surface.ts";
import { geminiEmbeddingWire } from "./gemini-wire.ts";
import { hostedEmbeddingWire } from "./hosted-wire.ts";
import { ollamaEmbeddingWire } from "./ollama-wire.ts";
import { openaiEmbeddingSurface } from "./openai-surface.ts";
import { openaiEmbeddingWire } from "./openai-wire.ts";
import type { EmbeddingRequest } from "./request.ts";
import { titanMultimodalWire, titanTextWire } from "./titan-wire.ts";

const texts = fc.array(fc.string({ minLength: 1, unit: "grapheme" }), { minLength: 1, maxLength: 20 });
const float = fc.float({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
const vectors = fc.array(fc.array(float, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 });
const none = new Headers();

const encode = (wire: EmbeddingWire, request: EmbeddingRequest, traits = {}, quirks = {}) => {
  const losses = new LossList();
  const body: unknown = JSON.parse(wire.encodeRequest(request, { model: "m", traits, quirks, losses }));
  return { body, losses: losses.toHeader() };
};
const textsIn = ({ inputs }: EmbeddingRequest) =>
  inputs.map((input) => (input.type === "text" ? input.text : undefined));
const request = (body: object) => openaiEmbeddingSurface.decodeRequest({ model: "m", ...body }, "embed");

describe("what a wire writes, its surface reads", () => {
  test("OpenAI's", () => {
    fc.assert(
      fc.property(texts, fc.option(fc.nat().map((n) => n + 1)), (input, dimensions) => {
        const asked = request({ input, ...(dimensions !== null && { dimensions }), user: "u" });
        const { body, losses } = encode(openaiEmbeddingWire, asked);
        expect(losses).toBe("");
        const again = openaiEmbeddingSurface.decodeRequest(body, "embed");
        expect(again).toEqual(asked);
        expect(textsIn(again)).toEqual(input);
      }),
    );
  });

  test("Gemini's, one and many", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom("query", "passage", "clustering"), (input, input_type) => {
        const asked = request({ input, input_type, dimensions: 5 });
        const { body, losses } = encode(geminiEmbeddingWire, asked);
        expect(losses).toBe("");
        const operation = geminiEmbeddingWire.operationOf?.(input.length) ?? "embed";
        const again = geminiEmbeddingSurface.decodeRequest(body, operation);
        expect(textsIn(again)).toEqual(input);
        expect(again.dimensions?.value).toBe(5);
        expect(again.task?.value).toBe(asked.task?.value);
        expect(again.mixed).toBeUndefined();
      }),
    );
  });
});

test("vectors come back as they were, by every surface and encoding", () => {
  fc.assert(
    fc.property(vectors, fc.nat(), (sent, input) => {
      const response = { vectors: sent, usage: { ...noUsage, input } };
      for (const encoding of ["float", "base64"] as const) {
        const context = { model: "m", encoding, operation: "embed", inputTokens: input } as const;
        const answer: unknown = JSON.parse(openaiEmbeddingSurface.encodeResponse(response, context));
        const read = openaiEmbeddingWire.decodeResponse(answer, none);
        expect(read.vectors).toEqual(sent);
        expect(read.usage?.input).toBe(input);
        const other = encoding === "float" ? "base64" : "float";
        expect(openaiEmbeddingSurface.reencode?.(answer, encoding)).toBeUndefined();
        const turned: unknown = JSON.parse(openaiEmbeddingSurface.reencode?.(answer, other) ?? "");
        expect(openaiEmbeddingWire.decodeResponse(turned, none).vectors).toEqual(sent);
      }
      const context = {
        model: "m",
        encoding: "float",
        operation: "embed_batch",
        inputTokens: input,
      } as const;
      const answer: unknown = JSON.parse(geminiEmbeddingSurface.encodeResponse(response, context));
      expect(geminiEmbeddingWire.decodeResponse(answer, none).vectors).toEqual(sent);
    }),
  );
});

test("answers that are out of order are put in order by their index", () => {
  const data = [
    { index: 1, embedding: [2] },
    { index: 0, embedding: [1] },
  ];
  expect(openaiEmbeddingWire.decodeResponse({ data }, none).vectors).toEqual([[1], [2]]);
});

describe("the bodies of hosts", () => {
  test("Titan takes one text, its size in the field of its generation", () => {
    const asked = request({ input: "a", dimensions: 256, input_type: "query", user: "u" });
    expect(encode(titanTextWire, asked)).toEqual({
      body: { inputText: "a", dimensions: 256 },
      losses: "input_type;action=dropped, user;action=dropped",
    });
    expect(encode(titanMultimodalWire, asked).body).toEqual({
      inputText: "a",
      embeddingConfig: { outputEmbeddingLength: 256 },
    });
    const answer = { embedding: [0.5], inputTextTokenCount: 3 };
    expect(titanTextWire.decodeResponse(answer, none)).toMatchObject({
      vectors: [[0.5]],
      usage: { input: 3 },
    });
  });

  test("Cohere must be told what for; what was not said is filled in and named", () => {
    expect(encode(cohereEmbeddingWire, request({ input: ["a", "b"], dimensions: 512 }))).toEqual({
      body: { texts: ["a", "b"], input_type: "search_document", output_dimension: 512 },
      losses: "input_type;action=defaulted",
    });
    const question = geminiEmbeddingSurface.decodeRequest(
      { content: { parts: [{ text: "a" }] }, taskType: "QUESTION_ANSWERING", output_dimensionality: 9 },
      "embed",
    );
    expect(encode(cohereEmbeddingWire, question, { embeddingDimensions: false })).toEqual({
      body: { texts: ["a"], input_type: "search_query" },
      losses: "outputDimensionality;action=dropped, taskType;action=emulated",
    });
  });

  test("Cohere's tokens are in a header; without it they are unknown", () => {
    const headers = new Headers({ "x-amzn-bedrock-input-token-count": "12" });
    for (const embeddings of [[[1, 2]], { float: [[1, 2]] }]) {
      const read = cohereEmbeddingWire.decodeResponse({ embeddings }, headers);
      expect([read.vectors, read.usage?.input]).toEqual([[[1, 2]], 12]);
    }
    expect(cohereEmbeddingWire.decodeResponse({ embeddings: [[1]] }, none).usage).toBeUndefined();
  });

  test("a model whose body is not known has no wire", () => {
    expect(hostedEmbeddingWire({})).toBeUndefined();
    expect(hostedEmbeddingWire({ nativeBody: "messages" })).toBeUndefined();
    expect(hostedEmbeddingWire({ nativeBody: "cohere-embed" })).toBe(cohereEmbeddingWire);
  });
});

test("Ollama is told not to cut texts", () => {
  const { body } = encode(ollamaEmbeddingWire, request({ input: "a", dimensions: 4 }));
  expect(body).toEqual({ model: "m", input: ["a"], truncate: false, dimensions: 4 });
});

test("a vendor's other name for the size, and its refusal of users, are quirks", () => {
  const quirks = { embedding_dimensions_field: "output_dimension", refused_fields: "store,user" };
  const asked = request({ input: [[1, 2]], dimensions: 4, user: "u", x: 1 });
  expect(encode(openaiEmbeddingWire, asked, {}, quirks)).toEqual({
    body: { model: "m", input: [[1, 2]], output_dimension: 4 },
    losses: "user;action=dropped, x;action=dropped",
  });
});

describe("requests of Google's clients", () => {
  const parts = [{ text: "a" }];
  test.each([
    ["content", {}],
    ["content.parts", { content: { parts: [] } }],
    ["content.parts", { content: { parts: [{ text: "" }] } }],
    ["content.parts[0]", { content: { parts: ["a"] } }],
    ["content.parts[0].text", { content: { parts: [{ text: 1 }] } }],
    ["taskType", { content: { parts }, taskType: "SEARCH" }],
    ["outputDimensionality", { content: { parts }, outputDimensionality: 0 }],
  ])("%s is named in %j", (param, body) => {
    expect(() => geminiEmbeddingSurface.decodeRequest(body, "embed")).toThrow(
      expect.objectContaining({ code: "invalid_request", param }),
    );
    expect(() => geminiEmbeddingSurface.decodeRequest({ requests: [body] }, "embed_batch")).toThrow(
      expect.objectContaining({ param: `requests[0].${param}` }),
    );
  });

  test.each([
    ["requests", {}],
    ["requests", { requests: [] }],
    ["requests", { requests: Array.from({ length: 101 }, () => ({ content: { parts } })) }],
  ])("a batch without or with too many requests: %s", (param, body) => {
    expect(() => geminiEmbeddingSurface.decodeRequest(body, "embed_batch")).toThrow(
      expect.objectContaining({ param }),
    );
  });

  test("a picture is for its own vendor only", () => {
    const content = { parts: [{ inlineData: { mimeType: "image/png", data: "AA==" } }] };
    const asked = geminiEmbeddingSurface.decodeRequest({ content }, "embed");
    expect(() => encode(openaiEmbeddingWire, asked)).toThrow(
      expect.objectContaining({ code: "invalid_request", param: "content.parts" }),
    );
  });

  test("the vendor's model is put wherever the body names one, and nothing else is touched", () => {
    const edit = (text: string) => {
      const body = new TextEncoder().encode(text);
      const edits = geminiEmbeddingSurface.modelEdits?.(body, scanTopLevel(body), "real") ?? [];
      return JSON.parse(new TextDecoder().decode(editBody(body, edits)));
    };
    expect(edit('{"content": {"x": 1.0}}')).toEqual({ content: { x: 1 } });
    expect(edit('{"model":"models/alias","content":{}}')).toEqual({ model: "models/real", content: {} });
    expect(edit('{"requests":[{"model":"models/alias","y":2},{"z":[3]}]}')).toEqual({
      requests: [
        { model: "models/real", y: 2 },
        { model: "models/real", z: [3] },
      ],
    });
  });
});

const wires = [
  openaiEmbeddingWire,
  geminiEmbeddingWire,
  ollamaEmbeddingWire,
  titanTextWire,
  cohereEmbeddingWire,
];
const noAnswers = [
  undefined,
  null,
  7,
  "no",
  [],
  {},
  { data: {} },
  { data: [1] },
  { data: [{ embedding: [] }] },
];

test.each(wires.map((wire) => [wire.id, wire] as const))(
  "%s: what holds no vectors is malformed",
  (_, wire) => {
    for (const answer of noAnswers) {
      expect(() => wire.decodeResponse(answer, none)).toThrow(
        expect.objectContaining({ code: "upstream_malformed" }),
      );
    }
  },
);
