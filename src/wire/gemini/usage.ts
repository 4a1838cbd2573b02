import { totalInput, type Usage, withTier } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/**
 * A vendor's `usageMetadata`; undefined when `value` is not one. `promptTokenCount` includes cache reads, what tools of
 * the vendor's own read is apart, and `candidatesTokenCount` leaves the thoughts out.
 */
export function decodeUsage(value: unknown): Usage | undefined {
  if (!isUsage(value)) return undefined;
  const prompt = count(value.promptTokenCount) + count(value.toolUsePromptTokenCount);
  const cacheRead = Math.min(prompt, count(value.cachedContentTokenCount));
  const reasoning = count(value.thoughtsTokenCount);
  const output = count(value.candidatesTokenCount) + reasoning;
  const usage: Usage = {
    input: prompt - cacheRead,
    cacheRead,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output,
    reasoning,
    audioInput: Math.min(
      prompt - cacheRead,
      audio(value.promptTokensDetails) - audio(value.cacheTokensDetails),
    ),
    audioOutput: Math.min(output, audio(value.candidatesTokensDetails)),
    raw: value,
  };
  return withTier(usage, servedTier(value));
}

/** Whether a `usageMetadata` counts anything: between the chunks of some hosts it says only on whose account the call runs. */
export function isUsage(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  for (const name of counters) if (typeof value[name] === "number") return true;
  return false;
}

/** The tier that served the call, where the vendor says it. */
export function servedTier(usageMetadata: unknown): string | undefined {
  const tier = isObject(usageMetadata) ? usageMetadata.serviceTier : undefined;
  return typeof tier === "string" ? tier.toLowerCase() : undefined;
}

const counters = [
  "promptTokenCount",
  "candidatesTokenCount",
  "thoughtsTokenCount",
  "totalTokenCount",
] as const;

/** Counters as a client of this protocol gets them. */
export function encodeUsage(usage: Usage): JsonObject {
  const prompt = totalInput(usage);
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: usage.output - usage.reasoning,
    totalTokenCount: prompt + usage.output,
    ...(usage.cacheRead > 0 && { cachedContentTokenCount: usage.cacheRead }),
    ...(usage.reasoning > 0 && { thoughtsTokenCount: usage.reasoning }),
  };
}

function audio(details: unknown): number {
  if (!Array.isArray(details)) return 0;
  return details
    .filter((entry) => isObject(entry) && entry.modality === "AUDIO")
    .reduce((sum: number, entry) => sum + count(entry.tokenCount), 0);
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
