import type { LossList } from "../neutral/loss.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import type { MessagesBody } from "./schema.ts";

/** What the API takes of the caller's sampling. */
export type EncodedSampling = Pick<MessagesBody, "temperature" | "top_p" | "top_k">;

/**
 * Sampling within the API's rules: temperature up to 1, not together with `top_p`, and neither when the model reasons
 * or, by `accepted`, takes no sampling at all.
 */
export function encodeSampling(
  request: NeutralRequest,
  { accepted, losses }: { readonly accepted: boolean; readonly losses: LossList },
): EncodedSampling {
  const { temperature, topP, topK } = request;
  // Zero is no penalty.
  if (request.frequencyPenalty) losses.add("frequency_penalty", "dropped");
  if (request.presencePenalty) losses.add("presence_penalty", "dropped");
  if (request.seed !== undefined) losses.add("seed", "dropped");
  if (!accepted) {
    // 1 is the default of both, so leaving it out changes nothing.
    if (temperature !== undefined && temperature !== 1) losses.add("temperature", "dropped");
    if (topP !== undefined && topP !== 1) losses.add("top_p", "dropped");
    if (topK !== undefined) losses.add("top_k", "dropped");
    return {};
  }
  if (temperature !== undefined && temperature > 1) losses.add("temperature", "clamped");
  const both = temperature !== undefined && topP !== undefined;
  if (both && topP !== 1) losses.add("top_p", "dropped");
  return {
    temperature: temperature === undefined ? undefined : Math.min(temperature, 1),
    top_p: both ? undefined : topP,
    top_k: topK,
  };
}
