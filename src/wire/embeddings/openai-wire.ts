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

/** Quirks: `embedding_dimensions_field` for `dimensions`; `user` may be among the `refused_fields`. */
function encodeRequest(request: EmbeddingRequest, options: EncodeEmbeddingOptions): string {
  const { model, losses, quirks } = options;
  const refusesUser = String(quirks.refused_fields ?? "")
    .split(",")
    .includes("user");
  dropSettings(request, { losses, settings: refusesUser ? ["task", "user"] : ["task"] });
  const { dimensions, user } = request;
  const dimensionsField = String(quirks.embedding_dimensions_field ?? "dimensions");
  return JSON.stringify({
    model,
    input: inputOf(request),
    ...(dimensions !== undefined && { [dimensionsField]: dimensions.value }),
    ...(user !== undefined && !refusesUser && { user: user.value }),
  });
}

/** Whether the vendor shares the tokenizer, only it can say. */
function inputOf(request: EmbeddingRequest) {
  const tokens = request.inputs.flatMap((input) => (input.type === "tokens" ? [input.tokens] : []));
  return tokens.length === request.inputs.length ? tokens : textsOf(request);
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
