import { isObject, ObjectReader } from "../read-json.ts";
import { fromBase64, toBase64 } from "./base64-vector.ts";
import type { EmbeddingAnswerContext, EmbeddingSurface } from "./embedding-protocol.ts";
import { readInputs } from "./openai-inputs.ts";
import type { EmbeddingRequest, EmbeddingTask } from "./request.ts";
import type { EmbeddingResponse } from "./response.ts";

const known = new Set(["model", "input", "encoding_format", "dimensions", "user", "input_type"]);

/** Words compatible servers take in `input_type`. */
const tasks: Readonly<Record<string, EmbeddingTask>> = {
  query: "query",
  search_query: "query",
  document: "document",
  passage: "document",
  search_document: "document",
  classification: "classification",
  clustering: "clustering",
};

/** `POST /v1/embeddings`. Source: OpenAI API reference, "Create embeddings". */
export const openaiEmbeddingSurface: EmbeddingSurface = {
  id: "openai-embeddings",
  decodeRequest,
  encodeResponse,
  reencode,
};

function decodeRequest(value: unknown): EmbeddingRequest {
  const body = new ObjectReader(value, "");
  const inputs = readInputs(body.value.input);
  const dimensions = body.optionalInteger("dimensions", { min: 1 });
  const user = body.optionalString("user");
  const encoding = body.optionalOneOf("encoding_format", ["float", "base64"]) ?? "float";
  const inputType = body.optionalString("input_type");
  const task = inputType !== undefined && Object.hasOwn(tasks, inputType) ? tasks[inputType] : undefined;
  const extra = Object.keys(body.rest(known));
  if (inputType !== undefined && task === undefined) extra.push("input_type");
  return {
    inputs,
    ...(dimensions !== undefined && { dimensions: { value: dimensions, field: "dimensions" } }),
    ...(task !== undefined && { task: { value: task, field: "input_type" } }),
    ...(user !== undefined && { user: { value: user, field: "user" } }),
    encoding,
    extra,
  };
}

function encodeResponse({ vectors }: EmbeddingResponse, context: EmbeddingAnswerContext): string {
  const { model, encoding, inputTokens } = context;
  return JSON.stringify({
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: encoding === "base64" ? toBase64(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  });
}

/** Servers that do not know `encoding_format` answer with numbers, which OpenAI's own clients then cannot read. */
function reencode(answer: unknown, encoding: EmbeddingRequest["encoding"]): string | undefined {
  if (!isObject(answer) || !Array.isArray(answer.data)) return undefined;
  let changed = false;
  const data = answer.data.map((entry: unknown) => {
    if (!isObject(entry)) return entry;
    const embedding = convert(entry.embedding, encoding);
    if (embedding === undefined) return entry;
    changed = true;
    return { ...entry, embedding };
  });
  return changed ? JSON.stringify({ ...answer, data }) : undefined;
}

function convert(embedding: unknown, encoding: EmbeddingRequest["encoding"]): unknown {
  if (encoding === "base64") {
    const isNumbers = Array.isArray(embedding) && embedding.every((number) => typeof number === "number");
    return isNumbers ? toBase64(embedding) : undefined;
  }
  return typeof embedding === "string" ? fromBase64(embedding) : undefined;
}
