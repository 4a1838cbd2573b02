import type { HeaderReader } from "../header-reader.ts";
import type { LossList } from "../neutral/loss.ts";
import { isObject } from "../read-json.ts";
import { dropSettings } from "./drop-settings.ts";
import type { EmbeddingWire, EncodeEmbeddingOptions } from "./embedding-protocol.ts";
import { inputUsage, readVectors } from "./read-vectors.ts";
import type { EmbeddingRequest, EmbeddingTask, Named } from "./request.ts";
import { textsOf } from "./texts-of.ts";

/** Texts of one call. Source: Amazon Bedrock user guide, "Cohere Embed". */
const maxInputs = 96;

/** Where the platform says how many tokens were read; the body does not. */
export const countHeader = "x-amzn-bedrock-input-token-count";

/** Cohere's Embed behind InvokeModel. */
export const cohereEmbeddingWire: EmbeddingWire = {
  id: "bedrock-cohere-embeddings",
  maxInputs,
  encodeRequest,
  decodeResponse: (body, headers) => ({ vectors: readAnswer(body), usage: readUsage(body, headers) }),
  readUsage,
};

type InputType = "search_query" | "search_document" | "classification" | "clustering";

const exact: Partial<Readonly<Record<EmbeddingTask, InputType>>> = {
  query: "search_query",
  document: "search_document",
  classification: "classification",
  clustering: "clustering",
};

/** The other tasks ask something of the documents. */
const near: Partial<Readonly<Record<EmbeddingTask, InputType>>> = {
  question_answering: "search_query",
  fact_verification: "search_query",
  code_query: "search_query",
};

function encodeRequest(request: EmbeddingRequest, { losses, traits }: EncodeEmbeddingOptions): string {
  // The third version has vectors of one size only.
  const fixed = traits.embeddingDimensions === false;
  dropSettings(request, { losses, settings: fixed ? ["user", "dimensions"] : ["user"] });
  const { dimensions } = request;
  return JSON.stringify({
    texts: textsOf(request),
    input_type: inputType(request.task, losses),
    ...(dimensions !== undefined && !fixed && { output_dimension: dimensions.value }),
  });
}

/** It must be said; most texts are made vectors of to be found. */
function inputType(task: Named<EmbeddingTask> | undefined, losses: LossList): InputType {
  const same = task && exact[task.value];
  if (same !== undefined) return same;
  const similar = task && near[task.value];
  losses.add(task?.field ?? "input_type", similar === undefined ? "defaulted" : "emulated");
  return similar ?? "search_document";
}

/** One list of vectors, or one for each type of number that was asked for. */
function readAnswer(body: unknown): readonly (readonly number[])[] {
  const embeddings = isObject(body) ? body.embeddings : undefined;
  return readVectors(isObject(embeddings) ? embeddings.float : embeddings);
}

function readUsage(_body: unknown, headers: HeaderReader) {
  const count = headers.get(countHeader);
  return count === null || !/^\d+$/.test(count)
    ? undefined
    : inputUsage(Number(count), { [countHeader]: count });
}
