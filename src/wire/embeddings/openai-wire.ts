import { isObject } from "../read-json.ts";
import { dropSettings } from "./drop-settings.ts";
import type { EmbeddingWire, EncodeEmbeddingOptions } from "./embedding-protocol.ts";
import { maxInputs } from "./openai-inputs.ts";
import { inputUsage, malformed, readVector } from "./read-vectors.ts";
import type { EmbeddingRequest } from "./request.ts";
import { textsOf } from "./texts-of.ts";

/** `POST /embeddings` of OpenAI and of all who made the same. */
export const openaiEmbeddingWire: EmbeddingWire = {
  id: "openai-embeddings",
  maxInputs,
  encodeRequest,
  decodeResponse: (body) => ({ vectors: readData(body), usage: readUsage(body) }),
  readUsage,
};

function encodeRequest(request: EmbeddingRequest, { model, losses }: EncodeEmbeddingOptions): string {
  dropSettings(request, { losses, settings: ["task"] });
  const { dimensions, user } = request;
  return JSON.stringify({
    model,
    input: textsOf(request),
    ...(dimensions !== undefined && { dimensions: dimensions.value }),
    ...(user !== undefined && { user: user.value }),
  });
}

/** Entries say which input they belong to; not all servers keep the order. */
function readData(body: unknown): readonly (readonly number[])[] {
  const data = isObject(body) ? body.data : undefined;
  if (!Array.isArray(data)) return malformed("its answer holds no embeddings");
  const entries = data.map((entry: unknown, position) => {
    if (!isObject(entry)) return malformed("an embedding is not an object");
    const index = typeof entry.index === "number" ? entry.index : position;
    return { index, vector: readVector(entry.embedding) };
  });
  return entries.sort((a, b) => a.index - b.index).map(({ vector }) => vector);
}

function readUsage(body: unknown) {
  const usage = isObject(body) && isObject(body.usage) ? body.usage : undefined;
  return usage && inputUsage(usage.prompt_tokens ?? usage.total_tokens, usage);
}
