import { totalInput, type Usage } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** The metrics a raw usage object is made of; durations are in nanoseconds. */
const metrics = [
  "total_duration",
  "load_duration",
  "prompt_eval_count",
  "prompt_eval_duration",
  "eval_count",
  "eval_duration",
] as const;

/**
 * The metrics of the last object of an answer; undefined when it has none. The prompt's count is missing when the server
 * still held all of it, and what was thought is part of `eval_count`.
 */
export function decodeUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const { prompt_eval_count: prompt, eval_count: output } = value;
  if (typeof prompt !== "number" && typeof output !== "number") return undefined;
  const raw = Object.fromEntries(
    metrics.filter((name) => value[name] !== undefined).map((name) => [name, value[name]]),
  );
  return {
    input: count(prompt),
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: count(output),
    reasoning: 0,
    audioInput: 0,
    audioOutput: 0,
    raw,
  };
}

/** Counters as a client of this protocol gets them. */
export function encodeUsage(usage: Usage): JsonObject {
  return { prompt_eval_count: totalInput(usage), eval_count: usage.output };
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
