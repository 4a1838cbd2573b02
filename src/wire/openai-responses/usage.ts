import { totalInput, type Usage } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** The `usage` object of a response in buckets; undefined when `value` is not one. Input counts cache reads and writes. */
export function decodeUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const input = count(value.input_tokens);
  const details = fields(value.input_tokens_details);
  const cacheRead = Math.min(input, count(details.cached_tokens));
  const cacheWrite = Math.min(input - cacheRead, count(details.cache_write_tokens));
  const output = count(value.output_tokens);
  const outputDetails = fields(value.output_tokens_details);
  const { cost } = value;
  return {
    input: input - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite5m: cacheWrite,
    cacheWrite1h: 0,
    output,
    reasoning: Math.min(output, count(outputDetails.reasoning_tokens)),
    audioInput: Math.min(input - cacheRead - cacheWrite, count(details.audio_tokens)),
    audioOutput: Math.min(output, count(outputDetails.audio_tokens)),
    ...(typeof cost === "number" && cost >= 0 && { reportedCostUsd: cost }),
    raw: value,
  };
}

/** The `usage` a client gets. */
export function encodeUsage(usage: Usage): JsonObject {
  const input = totalInput(usage);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + usage.output,
  };
}

function fields(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** A number of tokens; vendors send null, and some have sent -1. */
function count(value: unknown): number {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : 0;
}
