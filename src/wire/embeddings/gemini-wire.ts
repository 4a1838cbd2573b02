import { isObject } from "../read-json.ts";
import { dropSettings } from "./drop-settings.ts";
import type { EmbeddingWire, EncodeEmbeddingOptions } from "./embedding-protocol.ts";
import { toTaskType } from "./gemini-tasks.ts";
import { inputUsage, malformed, readVector, readVectors } from "./read-vectors.ts";
import type { EmbeddingRequest } from "./request.ts";
import { textsOf } from "./texts-of.ts";

/** Contents of one batch. Source: the Gemini API reference, "batchEmbedContents". */
export const maxRequests = 100;

/** `embedContent` and `batchEmbedContents`. */
export const geminiEmbeddingWire: EmbeddingWire = {
  id: "gemini-embeddings",
  maxInputs: maxRequests,
  operationOf: (inputs) => (inputs === 1 ? "embed" : "embed_batch"),
  encodeRequest,
  decodeResponse: (body) => ({ vectors: readAnswer(body), usage: readUsage(body) }),
  readUsage,
};

function encodeRequest(request: EmbeddingRequest, { model, losses }: EncodeEmbeddingOptions): string {
  dropSettings(request, { losses, settings: ["user"] });
  const { task, dimensions } = request;
  const requests = textsOf(request).map((text) => ({
    model: modelName(model),
    content: { parts: [{ text }] },
    ...(task !== undefined && { taskType: toTaskType(task.value) }),
    ...(dimensions !== undefined && { outputDimensionality: dimensions.value }),
  }));
  return JSON.stringify(requests.length === 1 ? requests[0] : { requests });
}

/** A model as bodies of this API name it; tuned models stand in a collection of their own. */
export function modelName(model: string): string {
  return model.includes("/") ? model : `models/${model}`;
}

function readAnswer(body: unknown): readonly (readonly number[])[] {
  if (!isObject(body)) return malformed("its answer is not an object");
  if (isObject(body.embedding)) return [readVector(body.embedding.values)];
  const { embeddings } = body;
  if (!Array.isArray(embeddings)) return malformed("its answer holds no embeddings");
  return readVectors(embeddings.map((entry: unknown) => (isObject(entry) ? entry.values : undefined)));
}

/** Only later models count; `usageMetadata` is theirs. */
function readUsage(body: unknown) {
  const usage = isObject(body) && isObject(body.usageMetadata) ? body.usageMetadata : undefined;
  return usage && inputUsage(usage.promptTokenCount ?? usage.totalTokenCount, usage);
}
