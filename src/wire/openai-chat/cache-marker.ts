import type { CacheMarker } from "../neutral/part.ts";
import type { ObjectReader } from "../read-json.ts";

/**
 * The cache marker a client put on a message, part or tool: Anthropic-style `cache_control`, as OpenRouter and LiteLLM
 * take it, or OpenAI's `prompt_cache_breakpoint`, whose entries live 30 minutes.
 */
export function decodeCacheMarker(reader: ObjectReader): CacheMarker | undefined {
  const control = reader.optionalObject("cache_control");
  if (control !== undefined) {
    control.oneOf("type", ["ephemeral"]);
    return { ttl: control.optionalOneOf("ttl", ["5m", "1h"]) ?? "5m" };
  }
  const breakpoint = reader.optionalObject("prompt_cache_breakpoint");
  if (breakpoint === undefined) return undefined;
  breakpoint.oneOf("mode", ["explicit"]);
  return { ttl: "30m" };
}

/** A marker as `cache_control`; 30 minutes, which it cannot say, become one hour. */
export function encodeCacheMarker(cache: CacheMarker): { readonly type: "ephemeral"; readonly ttl?: "1h" } {
  return cache.ttl === "5m" ? { type: "ephemeral" } : { type: "ephemeral", ttl: "1h" };
}
