import type { NeutralRequest } from "../neutral/request.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { carriedConfig, maxStopSequences } from "./schema.ts";

/** Limits, sampling and stop sequences as fields of `generationConfig`. */
export function encodeConfig(request: NeutralRequest, scope: EncodeScope): Config {
  const config: Config = {};
  const { maxOutputTokens: asked } = request;
  if (asked !== undefined) {
    const ceiling = scope.traits.maxOutputTokens ?? asked;
    if (asked > ceiling) scope.losses.add("max_tokens", "clamped");
    config.maxOutputTokens = Math.min(asked, ceiling);
  }
  addSampling(config, { request, scope });
  const stop = encodeStop(request, scope);
  if (stop.length > 0) config.stopSequences = stop;
  return config;
}

type Config = Record<string, unknown>;

/** Fields of sampling: the tree's and this wire's name, and the caller's. */
const samplingFields = [
  ["temperature", "temperature"],
  ["topP", "top_p"],
  ["topK", "top_k"],
  ["presencePenalty", "presence_penalty"],
  ["frequencyPenalty", "frequency_penalty"],
] as const;

interface Said {
  readonly request: NeutralRequest;
  readonly scope: EncodeScope;
}

function addSampling(config: Config, { request, scope: { traits, losses } }: Said): void {
  for (const [name, callers] of samplingFields) {
    const value = request[name];
    if (value === undefined) continue;
    if (traits.sampling === false) losses.add(callers, "dropped");
    else config[name] = value;
  }
  if (request.seed !== undefined) {
    // The field is a signed 32-bit integer.
    config.seed = request.seed | 0;
    if (config.seed !== request.seed) losses.add("seed", "clamped");
  }
}

function encodeStop({ stop }: NeutralRequest, { losses }: EncodeScope): readonly string[] {
  const filled = stop.filter((sequence) => sequence !== "");
  if (filled.length < stop.length) losses.add("stop", "dropped");
  if (filled.length > maxStopSequences) losses.add("stop", "clamped");
  return filled.length > maxStopSequences ? filled.slice(0, maxStopSequences) : filled;
}

const configPath = "generationConfig.";

/** Adds the fields of `generationConfig` that the tree has no word for and this wire has. */
export function addExtraConfig(config: Config, { extra }: NeutralRequest): void {
  for (const field of Object.keys(extra)) {
    const name = carriedConfigName(field);
    if (name !== undefined) config[name] = extra[field];
  }
}

/** The name of a carried field of `generationConfig`; undefined for every other entry of `extra`. */
export function carriedConfigName(field: string): string | undefined {
  const name = field.startsWith(configPath) ? field.slice(configPath.length) : "";
  return carriedConfig.has(name) ? name : undefined;
}
