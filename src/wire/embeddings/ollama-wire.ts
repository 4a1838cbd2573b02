import { isObject } from "../read-json.ts";
import { dropSettings } from "./drop-settings.ts";
import type { EmbeddingWire, EncodeEmbeddingOptions } from "./embedding-protocol.ts";
import { inputUsage, readVectors } from "./read-vectors.ts";
import type { EmbeddingRequest } from "./request.ts";
import { textsOf } from "./texts-of.ts";

/** Texts of one call: the server sets no bound, but works them off one by one. */
const maxInputs = 512;

/** Ollama's `POST /api/embed`. Source: its API reference, "Generate Embeddings". */
export const ollamaEmbeddingWire: EmbeddingWire = {
  id: "ollama-embed",
  maxInputs,
  encodeRequest,
  decodeResponse: (body) => ({
    vectors: readVectors(isObject(body) ? body.embeddings : undefined),
    usage: readUsage(body),
  }),
  readUsage,
};

/** Without `truncate: false` a text that is too long would lose its end in silence. */
function encodeRequest(request: EmbeddingRequest, { model, losses }: EncodeEmbeddingOptions): string {
  dropSettings(request, { losses, settings: ["task", "user"] });
  const { dimensions } = request;
  return JSON.stringify({
    model,
    input: textsOf(request),
    truncate: false,
    ...(dimensions !== undefined && { dimensions: dimensions.value }),
  });
}

function readUsage(body: unknown) {
  if (!isObject(body)) return undefined;
  const { total_duration, load_duration, prompt_eval_count } = body;
  return inputUsage(prompt_eval_count, { total_duration, load_duration, prompt_eval_count });
}
