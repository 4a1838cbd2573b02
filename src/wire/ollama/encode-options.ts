import type { NeutralRequest } from "../neutral/request.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { carriedExtras, carriedOptions, type OllamaQuirks } from "./schema.ts";

/** `options`: limits, sampling and what the caller set of the model's runner. */
export function encodeOptions(
  request: NeutralRequest,
  { scope, quirks }: { readonly scope: EncodeScope; readonly quirks: OllamaQuirks },
): JsonObject {
  const { extra } = request;
  const given = isObject(extra.options) ? extra.options : {};
  const named = Object.fromEntries(
    carriedOptions.filter((name) => extra[name] !== undefined).map((name) => [name, extra[name]]),
  );
  const options = {
    ...(quirks.num_ctx !== undefined && { num_ctx: quirks.num_ctx }),
    ...given,
    ...named,
    ...encodeLimits(request, scope),
    ...encodeSampling(request, scope),
  };
  return Object.keys(options).length === 0 ? {} : { options };
}

/** Top-level fields of this protocol's own, and the losses of all that has no place in it. */
export function encodeExtra(
  request: NeutralRequest,
  { scope: { losses }, quirks }: { readonly scope: EncodeScope; readonly quirks: OllamaQuirks },
): JsonObject {
  const { extra } = request;
  if (request.userId !== undefined) losses.add("user", "dropped");
  if (request.promptCacheKey !== undefined) losses.add("prompt_cache_key", "dropped");
  if (request.autoCache !== undefined) losses.add("cache_control", "dropped");
  if (request.serviceTier !== undefined && request.serviceTier !== "auto")
    losses.add("service_tier", "dropped");
  const fields: Record<string, unknown> = {};
  if (quirks.keep_alive !== undefined) fields.keep_alive = quirks.keep_alive;
  for (const [field, value] of Object.entries(extra)) {
    if (carriedExtras.includes(field)) fields[field] = value;
    else if (!carriedOptions.includes(field) && !(field === "options" && isObject(value)))
      losses.add(field, "dropped");
  }
  return fields;
}

function encodeLimits(request: NeutralRequest, { traits, losses }: EncodeScope): JsonObject {
  const { maxOutputTokens: asked } = request;
  const limit = asked === undefined ? undefined : Math.min(asked, traits.maxOutputTokens ?? asked);
  if (limit !== asked) losses.add("max_tokens", "clamped");
  const stop = request.stop.filter((sequence) => sequence !== "");
  if (stop.length < request.stop.length) losses.add("stop", "dropped");
  return { ...(limit !== undefined && { num_predict: limit }), ...(stop.length > 0 && { stop }) };
}

function encodeSampling(request: NeutralRequest, { traits, losses }: EncodeScope): JsonObject {
  const { topK, seed } = request;
  // The runner takes whole numbers only and fails on others.
  if (topK !== undefined && !Number.isInteger(topK)) losses.add("top_k", "clamped");
  const fields: JsonObject = {
    temperature: request.temperature,
    top_p: request.topP,
    top_k: topK === undefined ? undefined : Math.round(topK),
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
  };
  const options: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (traits.sampling === false) losses.add(field, "dropped");
    else options[field] = value;
  }
  if (seed !== undefined) options.seed = seed;
  return options;
}
