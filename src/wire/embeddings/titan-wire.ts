import { isObject, type JsonObject } from "../read-json.ts";
import { dropSettings } from "./drop-settings.ts";
import type { EmbeddingWire } from "./embedding-protocol.ts";
import { inputUsage, readVector } from "./read-vectors.ts";
import { textsOf } from "./texts-of.ts";

/** Titan Text Embeddings behind InvokeModel: one text a call. Source: Amazon Bedrock user guide. */
export const titanTextWire = titanWire("bedrock-titan-text", (dimensions) => ({ dimensions }));

/** Titan Multimodal Embeddings, by their text. */
export const titanMultimodalWire = titanWire("bedrock-titan-multimodal", (dimensions) => ({
  embeddingConfig: { outputEmbeddingLength: dimensions },
}));

function titanWire(id: string, sized: (dimensions: number) => JsonObject): EmbeddingWire {
  return {
    id,
    maxInputs: 1,
    encodeRequest(request, { losses, traits }) {
      // The first version has vectors of one size only.
      const fixed = traits.embeddingDimensions === false;
      dropSettings(request, { losses, settings: fixed ? ["task", "user", "dimensions"] : ["task", "user"] });
      const [inputText] = textsOf(request);
      const { dimensions } = request;
      return JSON.stringify({
        inputText,
        ...(dimensions !== undefined && !fixed && sized(dimensions.value)),
      });
    },
    decodeResponse: (body) => ({
      vectors: [readVector(isObject(body) ? body.embedding : undefined)],
      usage: readUsage(body),
    }),
    readUsage,
  };
}

function readUsage(body: unknown) {
  if (!isObject(body)) return undefined;
  const { inputTextTokenCount } = body;
  return inputUsage(inputTextTokenCount, { inputTextTokenCount });
}
