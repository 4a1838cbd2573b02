import type { Usage } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/**
 * A vendor's `usage`. `inputTokens` excludes both kinds of cache tokens; writes are split by lifetime in `cacheDetails`,
 * and are five-minute ones where it is missing. Reasoning is a part of `outputTokens` that is not told apart.
 */
export function decodeUsage(raw: JsonObject): Usage {
  const details = Array.isArray(raw.cacheDetails) ? raw.cacheDetails : [];
  const written = (ttl: string) =>
    details.reduce<number>(
      (sum, each) => sum + (isObject(each) && each.ttl === ttl ? count(each.inputTokens) : 0),
      0,
    );
  const hour = written("1h");
  const total = Math.max(count(raw.cacheWriteInputTokens), hour + written("5m"));
  return {
    input: count(raw.inputTokens),
    cacheRead: count(raw.cacheReadInputTokens),
    cacheWrite5m: total - hour,
    cacheWrite1h: hour,
    output: count(raw.outputTokens),
    reasoning: 0,
    audioInput: 0,
    audioOutput: 0,
    raw,
  };
}

/** The tier that served the call, which stands beside the usage. */
export function tierOf({ serviceTier }: JsonObject): unknown {
  return isObject(serviceTier) ? serviceTier.type : undefined;
}

/** Usage as a client of this protocol expects it. */
export function encodeUsage(usage: Usage): object {
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  const details = [
    { ttl: "1h", inputTokens: usage.cacheWrite1h },
    { ttl: "5m", inputTokens: usage.cacheWrite5m },
  ].filter(({ inputTokens }) => inputTokens > 0);
  return {
    inputTokens: usage.input,
    outputTokens: usage.output,
    totalTokens: usage.input + usage.cacheRead + written + usage.output,
    cacheReadInputTokens: usage.cacheRead,
    cacheWriteInputTokens: written,
    ...(details.length > 0 && { cacheDetails: details }),
  };
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
