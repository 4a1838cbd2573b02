import type { HeaderReader } from "../header-reader.ts";
import type { LossList } from "../neutral/loss.ts";
import { isObject } from "../read-json.ts";
import { countHeader } from "./cohere-wire.ts";
import { dropSettings } from "./drop-settings.ts";
import type { EmbeddingWire } from "./embedding-protocol.ts";
import { inputUsage, malformed, readVector } from "./read-vectors.ts";
import type { EmbeddingTask, Named } from "./request.ts";
import { textsOf } from "./texts-of.ts";

/**
 * Amazon's Nova Multimodal Embeddings behind InvokeModel, by their text: one a call. Source: Amazon Nova user guide,
 * "Complete embeddings request and response schema".
 */
export const novaEmbeddingWire: EmbeddingWire = {
  id: "bedrock-nova-embeddings",
  maxInputs: 1,
  encodeRequest(request, { losses }) {
    dropSettings(request, { losses, settings: ["user"] });
    const [value] = textsOf(request);
    const { dimensions } = request;
    return JSON.stringify({
      schemaVersion: "nova-multimodal-embed-v1",
      taskType: "SINGLE_EMBEDDING",
      singleEmbeddingParams: {
        embeddingPurpose: purposeOf(request.task, losses),
        ...(dimensions !== undefined && { embeddingDimension: dimensions.value }),
        // Too long a text is refused, not cut in silence.
        text: { truncationMode: "NONE", value },
      },
    });
  },
  decodeResponse: (body, headers) => ({ vectors: [readAnswer(body)], usage: readUsage(body, headers) }),
  readUsage,
};

type Purpose = "GENERIC_INDEX" | "TEXT_RETRIEVAL" | "CLASSIFICATION" | "CLUSTERING";

const exact: Partial<Readonly<Record<EmbeddingTask, Purpose>>> = {
  // What is found is text as well: nothing else is made vectors of here.
  query: "TEXT_RETRIEVAL",
  document: "GENERIC_INDEX",
  classification: "CLASSIFICATION",
  clustering: "CLUSTERING",
};

const near: Partial<Readonly<Record<EmbeddingTask, Purpose>>> = {
  question_answering: "TEXT_RETRIEVAL",
  fact_verification: "TEXT_RETRIEVAL",
  code_query: "TEXT_RETRIEVAL",
};

/** It must be said; most texts are made vectors of to be found. */
function purposeOf(task: Named<EmbeddingTask> | undefined, losses: LossList): Purpose {
  const same = task && exact[task.value];
  if (same !== undefined) return same;
  const similar = task && near[task.value];
  losses.add(task?.field ?? "input_type", similar === undefined ? "defaulted" : "emulated");
  return similar ?? "GENERIC_INDEX";
}

function readAnswer(body: unknown): readonly number[] {
  const embeddings = isObject(body) ? body.embeddings : undefined;
  const [first] = Array.isArray(embeddings) ? (embeddings as readonly unknown[]) : [];
  return isObject(first) ? readVector(first.embedding) : malformed("its answer holds no embeddings");
}

/** In the body by its schema; in a header by the platform. */
function readUsage(body: unknown, headers: HeaderReader) {
  const inputTokenCount = isObject(body) ? body.inputTokenCount : undefined;
  const counted = inputUsage(inputTokenCount, { inputTokenCount });
  const header = headers.get(countHeader);
  if (counted !== undefined || header === null || !/^\d+$/.test(header)) return counted;
  return inputUsage(Number(header), { [countHeader]: header });
}
