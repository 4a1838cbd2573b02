import type { Usage } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/**
 * A vendor's `usage`. `input_tokens` excludes both kinds of cache tokens. Cache writes without the split by lifetime
 * are five-minute ones, the default.
 */
export function decodeUsage(raw: JsonObject): Usage {
  const split = isObject(raw.cache_creation) ? raw.cache_creation : nothing;
  const hour = count(split.ephemeral_1h_input_tokens);
  const minutes = count(split.ephemeral_5m_input_tokens);
  const written = Math.max(count(raw.cache_creation_input_tokens), hour + minutes);
  const output = count(raw.output_tokens);
  const details = isObject(raw.output_tokens_details) ? raw.output_tokens_details : nothing;
  const usage: Usage = {
    input: count(raw.input_tokens),
    cacheRead: count(raw.cache_read_input_tokens),
    cacheWrite5m: written - hour,
    cacheWrite1h: hour,
    output,
    reasoning: Math.min(output, count(details.thinking_tokens)),
    audioInput: 0,
    audioOutput: 0,
    raw,
  };
  return typeof raw.service_tier === "string" ? { ...usage, serviceTier: raw.service_tier } : usage;
}

const nothing: JsonObject = {};

/**
 * The counters of a stream so far. They are cumulative, but some servers report the input only at the start and others
 * only at the end, with zeros elsewhere: the larger number holds.
 */
export function mergeUsage(before: JsonObject, after: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...before };
  for (const key of Object.keys(after)) {
    const value = after[key];
    if (value === null || value === undefined) continue;
    const known = merged[key];
    merged[key] = typeof value === "number" && typeof known === "number" ? Math.max(known, value) : value;
  }
  return merged;
}

/** Counters as `message_delta` carries them. */
export function encodeUsage(usage: Usage): Record<string, unknown> {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    output_tokens: usage.output,
    output_tokens_details: usage.reasoning > 0 ? { thinking_tokens: usage.reasoning } : undefined,
  };
}

/** Counters as a whole message carries them: with the cache writes split by lifetime and the tier, where known. */
export function encodeMessageUsage(usage: Usage, serviceTier?: string): Record<string, unknown> {
  return {
    ...encodeUsage(usage),
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5m,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
    service_tier: encodeTier(serviceTier),
  };
}

/** The tiers the API reports are `standard`, `priority` and `batch`; others say nothing to a client of it. */
export function encodeTier(tier: string | undefined): string | undefined {
  if (tier === "default") return "standard";
  return tier === "standard" || tier === "priority" || tier === "batch" ? tier : undefined;
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
