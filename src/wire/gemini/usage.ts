import { totalInput, type Usage } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/**
 * A vendor's `usageMetadata`; undefined when `value` is not one. `promptTokenCount` includes cache reads, what tools of
 * the vendor's own read is apart, and `candidatesTokenCount` leaves the thoughts out.
 */
export function decodeUsage(value: unknown): Usage | undefined {
  // Between the chunks of some hosts it says only on whose account the call runs.
  if (!isObject(value) || !counters.some((name) => typeof value[name] === "number")) return undefined;
  const prompt = count(value.promptTokenCount) + count(value.toolUsePromptTokenCount);
  const cacheRead = Math.min(prompt, count(value.cachedContentTokenCount));
  const reasoning = count(value.thoughtsTokenCount);
  const output = count(value.candidatesTokenCount) + reasoning;
  return {
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
    ...servedTier(value),
    raw: value,
  };
}

/** The tier that served the call, where the vendor says it. */
export function servedTier(usageMetadata: unknown): { readonly serviceTier?: string } {
  const tier = isObject(usageMetadata) ? usageMetadata.serviceTier : undefined;
  return typeof tier === "string" ? { serviceTier: tier.toLowerCase() } : {};
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
