import { totalInput, type Usage } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** xAI reports cost in ticks; its recorded answers are exact at its list prices with this many to the dollar. */
const ticksPerUsd = 1e10;

/** The `usage` object of an answer or a chunk in buckets; undefined when `value` is not one. */
export function decodeUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = count(value.prompt_tokens);
  const promptDetails = fields(value.prompt_tokens_details);
  const cacheRead = Math.min(
    prompt,
    count(promptDetails.cached_tokens) || count(value.prompt_cache_hit_tokens),
  );
  const cacheWrite = Math.min(prompt - cacheRead, count(promptDetails.cache_write_tokens));
  const completion = count(value.completion_tokens);
  const completionDetails = fields(value.completion_tokens_details);
  const reasoning = count(completionDetails.reasoning_tokens) || count(value.reasoning_tokens);
  // xAI leaves reasoning out of completion_tokens; the total, or a share above the whole, gives it away.
  const apart =
    reasoning > 0 &&
    (reasoning > completion || count(value.total_tokens) === prompt + completion + reasoning);
  const output = apart ? completion + reasoning : completion;
  const cost = reportedCost(value);
  return {
    input: prompt - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite5m: cacheWrite,
    cacheWrite1h: 0,
    output,
    reasoning,
    audioInput: Math.min(prompt - cacheRead - cacheWrite, count(promptDetails.audio_tokens)),
    audioOutput: Math.min(output, count(completionDetails.audio_tokens)),
    ...(cost === undefined ? {} : { reportedCostUsd: cost }),
    raw: value,
  };
}

/** The `usage` a client gets: `prompt_tokens` counts cache reads and writes, as OpenAI's does. */
export function encodeUsage(usage: Usage): JsonObject {
  const prompt = totalInput(usage);
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
      audio_tokens: usage.audioInput,
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: usage.audioOutput,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** OpenRouter's `cost` is its fee only when the account's own key was used: the vendor's price is then added. */
function reportedCost(usage: JsonObject): number | undefined {
  const cost = usage.cost;
  if (typeof cost === "number" && cost >= 0) {
    const upstream = fields(usage.cost_details).upstream_inference_cost;
    return usage.is_byok === true && typeof upstream === "number" ? cost + upstream : cost;
  }
  const ticks = usage.cost_in_usd_ticks;
  return typeof ticks === "number" && ticks >= 0 ? ticks / ticksPerUsd : undefined;
}

function fields(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** A number of tokens; vendors send null, and some have sent -1. */
function count(value: unknown): number {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : 0;
}
