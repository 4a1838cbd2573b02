import { z } from "zod";
import { firstIssue } from "../shared/first-issue.ts";
import type { RecordedRequest, VendorAnswer } from "../shared/mock-server.ts";
import { mockVector } from "../shared/mock-vector.ts";
import { tokensOf } from "../shared/token-count.ts";
import { invalid } from "./error.ts";
import type { HostedModel } from "./models.ts";

/** Titan Text Embeddings V2: one text a call. Source: Amazon Bedrock user guide. */
const titanRequest = z.strictObject({
  inputText: z.string().min(1).max(50_000),
  dimensions: z.union([z.literal(256), z.literal(512), z.literal(1024)]).optional(),
  normalize: z.boolean().optional(),
  embeddingTypes: z.array(z.enum(["float", "binary"])).optional(),
});

/** Cohere Embed: the third version has one size. Source: Amazon Bedrock user guide. */
const cohereRequest = z.strictObject({
  texts: z.array(z.string().min(1).max(2048)).min(1).max(96),
  input_type: z.enum(["search_document", "search_query", "classification", "clustering"]),
  truncate: z.enum(["NONE", "START", "END"]).optional(),
  embedding_types: z.array(z.enum(["float", "int8"])).optional(),
});
const cohere4Request = cohereRequest.extend({
  output_dimension: z.union([z.literal(256), z.literal(512), z.literal(1024), z.literal(1536)]).optional(),
  max_tokens: z.number().int().optional(),
});

/** Titan Multimodal: a text, a picture or both. Source: Amazon Bedrock user guide. */
const titanImageRequest = z.strictObject({
  inputText: z.string().min(1).optional(),
  inputImage: z.base64().optional(),
  embeddingConfig: z
    .strictObject({ outputEmbeddingLength: z.union([z.literal(256), z.literal(384), z.literal(1024)]) })
    .optional(),
});

/** Nova Multimodal Embeddings, asked by text. Source: Amazon Nova user guide. */
const novaRequest = z.strictObject({
  schemaVersion: z.literal("nova-multimodal-embed-v1").optional(),
  taskType: z.literal("SINGLE_EMBEDDING"),
  singleEmbeddingParams: z.strictObject({
    embeddingPurpose: z.enum([
      "GENERIC_INDEX",
      "GENERIC_RETRIEVAL",
      "TEXT_RETRIEVAL",
      "CLASSIFICATION",
      "CLUSTERING",
    ]),
    embeddingDimension: z
      .union([z.literal(256), z.literal(384), z.literal(1024), z.literal(3072)])
      .optional(),
    text: z.strictObject({
      truncationMode: z.enum(["START", "END", "NONE"]),
      value: z.string().min(1).max(8192),
    }),
  }),
});

function schemaOf({ modelId }: HostedModel) {
  if (modelId.includes("nova")) return novaRequest;
  if (modelId.includes("titan-embed-image")) return titanImageRequest;
  if (modelId.includes("titan")) return titanRequest;
  return modelId.includes("v4") ? cohere4Request : cohereRequest;
}

/** The vendor's refusal; undefined when it would answer. */
export function checkEmbedding({ body }: RecordedRequest, model: HostedModel): VendorAnswer | undefined {
  const parsed = schemaOf(model).safeParse(body);
  if (parsed.success) return undefined;
  const { path, message } = firstIssue(parsed.error);
  return invalid(`Malformed input request: #/${path.join("/")}: ${message}, please reformat your input.`);
}

/** Cohere's tokens are counted in a header only. */
export function answerEmbedding({ body }: RecordedRequest, model: HostedModel): VendorAnswer {
  if (model.modelId.includes("nova")) {
    const {
      embeddingPurpose,
      embeddingDimension = 3072,
      text,
    } = novaRequest.parse(body).singleEmbeddingParams;
    const embedding = mockVector([text.value, embeddingPurpose], embeddingDimension);
    return {
      headers: { "x-amzn-bedrock-input-token-count": String(tokensOf(text.value)) },
      json: { embeddings: [{ embeddingType: "TEXT", embedding }] },
    };
  }
  if (model.modelId.includes("titan-embed-image")) {
    const { inputText = "", embeddingConfig } = titanImageRequest.parse(body);
    const embedding = mockVector(inputText, embeddingConfig?.outputEmbeddingLength ?? 1024);
    return { json: { embedding, inputTextTokenCount: tokensOf(inputText), message: null } };
  }
  if (model.modelId.includes("titan")) {
    const { inputText, dimensions } = titanRequest.parse(body);
    const inputTextTokenCount = tokensOf(inputText);
    return { json: { embedding: mockVector(inputText, dimensions ?? 1024), inputTextTokenCount } };
  }
  const isFourth = model.modelId.includes("v4");
  const asked = cohere4Request.parse(body);
  const size = asked.output_dimension ?? (isFourth ? 1536 : 1024);
  const vectors = asked.texts.map((text) => mockVector([text, asked.input_type], size));
  const tokens = asked.texts.reduce((sum, text) => sum + tokensOf(text), 0);
  return {
    headers: { "x-amzn-bedrock-input-token-count": String(tokens) },
    json: {
      id: "mock-embedding",
      texts: asked.texts,
      embeddings: isFourth ? { float: vectors } : vectors,
      response_type: isFourth ? "embeddings_by_type" : "embeddings_floats",
    },
  };
}
