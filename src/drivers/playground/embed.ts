import type { EmbeddingInput, EmbeddingRequest } from "../../wire/embeddings/request.ts";
import type { EmbeddingResponse } from "../../wire/embeddings/response.ts";
import { noUsage } from "../../wire/neutral/usage.ts";
import { invalid } from "../../wire/read-json.ts";
import { tokensOf } from "./count-tokens.ts";
import { featureVector } from "./feature-vector.ts";

const defaultDimensions = 256;
const maxDimensions = 4096;

/**
 * Vectors of unit length, the same for the same input at all times; inputs that share words are near each other.
 *
 * @throws PenstockError `invalid_request` for more dimensions than it makes and for inputs that are neither text nor tokens.
 */
export function embed({ inputs, dimensions }: EmbeddingRequest): EmbeddingResponse {
  const size = dimensions?.value ?? defaultDimensions;
  if (dimensions !== undefined && size > maxDimensions)
    invalid(dimensions.field, `must be at most ${maxDimensions} for this model`);
  const input = inputs.reduce((sum, each) => sum + sizeOf(each), 0);
  return {
    vectors: inputs.map((each) => featureVector(featuresOf(each), size)),
    usage: { ...noUsage, input, raw: { prompt_tokens: input } },
  };
}

function featuresOf(input: EmbeddingInput): readonly string[] {
  if (input.type === "text") return input.text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [input.text];
  if (input.type === "tokens") return input.tokens.map((token) => `token ${token}`);
  return invalid(input.path, "must be text only for this model");
}

function sizeOf(input: EmbeddingInput): number {
  if (input.type === "tokens") return input.tokens.length;
  return input.type === "text" ? tokensOf(input.text) : 0;
}
