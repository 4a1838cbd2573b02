import type { NeutralRequest } from "../neutral/request.ts";
import type { JsonObject } from "../read-json.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { carriedConfig, maxStopSequences } from "./schema.ts";

/** Limits, sampling and stop sequences as fields of `generationConfig`. */
export function encodeConfig(request: NeutralRequest, scope: EncodeScope): JsonObject {
  return { ...encodeLimit(request, scope), ...encodeSampling(request, scope), ...encodeStop(request, scope) };
}

function encodeLimit(
  { maxOutputTokens: asked }: NeutralRequest,
  { traits, losses }: EncodeScope,
): JsonObject {
  if (asked === undefined) return {};
  const ceiling = traits.maxOutputTokens ?? asked;
  if (asked > ceiling) losses.add("max_tokens", "clamped");
  return { maxOutputTokens: Math.min(asked, ceiling) };
}

function encodeSampling(request: NeutralRequest, { traits, losses }: EncodeScope): JsonObject {
  const fields = [
    ["temperature", "temperature", request.temperature],
    ["topP", "top_p", request.topP],
    ["topK", "top_k", request.topK],
    ["presencePenalty", "presence_penalty", request.presencePenalty],
    ["frequencyPenalty", "frequency_penalty", request.frequencyPenalty],
  ] as const;
  const config: Record<string, unknown> = {};
  for (const [name, callers, value] of fields) {
    if (value === undefined) continue;
    if (traits.sampling === false) losses.add(callers, "dropped");
    else config[name] = value;
  }
  if (request.seed !== undefined) {
    // The field is a signed 32-bit integer.
    config.seed = request.seed | 0;
    if (config.seed !== request.seed) losses.add("seed", "clamped");
  }
  return config;
}

function encodeStop({ stop }: NeutralRequest, { losses }: EncodeScope): JsonObject {
  const filled = stop.filter((sequence) => sequence !== "");
  if (filled.length < stop.length) losses.add("stop", "dropped");
  if (filled.length > maxStopSequences) losses.add("stop", "clamped");
  return filled.length === 0 ? {} : { stopSequences: filled.slice(0, maxStopSequences) };
}

const configPath = "generationConfig.";

/** Fields of `generationConfig` that the tree has no word for and this wire has. */
export function encodeExtraConfig({ extra }: NeutralRequest): JsonObject {
  const config: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(extra)) {
    const name = carriedConfigName(field);
    if (name !== undefined) config[name] = value;
  }
  return config;
}

/** The name of a carried field of `generationConfig`; undefined for every other entry of `extra`. */
export function carriedConfigName(field: string): string | undefined {
  const name = field.startsWith(configPath) ? field.slice(configPath.length) : "";
  return carriedConfig.has(name) ? name : undefined;
}
