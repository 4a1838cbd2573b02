import { camelKeys } from "../gemini/camel-keys.ts";
import type { Edit } from "../json/edit-body.ts";
import { readField, type TopLevel } from "../json/top-level.ts";
import { invalid, isObject, ObjectReader } from "../read-json.ts";
import type { EmbeddingAnswerContext, EmbeddingSurface, EmbedOperation } from "./embedding-protocol.ts";
import { type ContentRequest, readContentRequest } from "./gemini-content-request.ts";
import { maxRequests, modelName } from "./gemini-wire.ts";
import type { EmbeddingRequest } from "./request.ts";
import type { EmbeddingResponse } from "./response.ts";

/** Google's `embedContent` and `batchEmbedContents`. Source: the Gemini API reference, "Embeddings". */
export const geminiEmbeddingSurface: EmbeddingSurface = {
  id: "gemini-embeddings",
  decodeRequest,
  encodeResponse,
  modelEdits,
};

function decodeRequest(value: unknown, operation: EmbedOperation): EmbeddingRequest {
  const body = new ObjectReader(camelKeys(value), "");
  if (operation === "embed") return together([readContentRequest(body)]);
  const requests = body.array("requests");
  if (requests.length === 0) invalid("requests", "must not be empty");
  if (requests.length > maxRequests) {
    invalid("requests", `must not have more than ${maxRequests} entries; it has ${requests.length}`);
  }
  return together(requests.map((each, i) => readContentRequest(new ObjectReader(each, `requests[${i}]`))));
}

/** One request of all: its settings are those of the first. */
function together(requests: readonly ContentRequest[]): EmbeddingRequest {
  const { dimensions, task } = requests[0] ?? {};
  const mixed = requests.flatMap((each) => [
    ...(each.dimensions?.value === dimensions?.value ? [] : [`${each.at}outputDimensionality`]),
    ...(each.task?.value === task?.value ? [] : [`${each.at}taskType`]),
  ]);
  return {
    inputs: requests.map(({ input }) => input),
    ...(dimensions !== undefined && { dimensions }),
    ...(task !== undefined && { task }),
    encoding: "float",
    extra: requests.flatMap(({ extra }) => extra),
    ...(mixed.length > 0 && { mixed }),
  };
}

function encodeResponse({ vectors, usage }: EmbeddingResponse, context: EmbeddingAnswerContext): string {
  const embeddings = vectors.map((values) => ({ values }));
  const usageMetadata = usage && { promptTokenCount: usage.input, totalTokenCount: usage.input };
  const answer = context.operation === "embed" ? { embedding: embeddings[0] } : { embeddings };
  return JSON.stringify({ ...answer, usageMetadata });
}

/** The path names the model; what names it again in the body must say the same. */
function modelEdits(body: Uint8Array, scan: TopLevel, model: string): readonly Edit[] {
  const name = modelName(model);
  const own = scan.fields.get("model");
  const edits: Edit[] = own === undefined ? [] : [{ ...own, text: JSON.stringify(name) }];
  const range = scan.fields.get("requests");
  const requests = range === undefined ? undefined : readField(body, scan, "requests");
  if (range === undefined || !Array.isArray(requests)) return edits;
  if (requests.every((each: unknown) => isObject(each) && each.model === name)) return edits;
  const renamed = requests.map((each: unknown) => (isObject(each) ? { ...each, model: name } : each));
  return [...edits, { ...range, text: JSON.stringify(renamed) }];
}
