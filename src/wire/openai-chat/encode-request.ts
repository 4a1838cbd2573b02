import type { NeutralRequest, OutputFormat } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { cacheField, type EncodeContext } from "./encode-context.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeEffort } from "./encode-reasoning.ts";
import { encodeTools } from "./encode-tools.ts";
import { carriedExtras, readQuirks } from "./schema.ts";

/** OpenAI's limit of stop sequences. */
const maxStops = 4;

/** The tree as the body of `POST /chat/completions`: keys in a fixed order, what cannot be carried in `losses`. */
export function encodeRequest(request: NeutralRequest, options: EncodeRequestOptions): string {
  const { traits, losses } = options;
  const context: EncodeContext = { traits, losses, quirks: readQuirks(options.quirks) };
  const format = encodeOutputFormat(request.outputFormat, context);
  const body: Record<string, unknown> = {
    model: options.model,
    messages: encodeMessages(request, { ...context, instruction: format.instruction }),
    ...encodeTools(request, context),
  };
  if (format.field !== undefined) body.response_format = format.field;
  const effort = encodeEffort(request, context);
  if (effort !== undefined) body.reasoning_effort = effort;
  Object.assign(body, encodeLimits(request, context), encodeSampling(request, context));
  if (request.userId !== undefined) body.user = request.userId;
  if (request.serviceTier !== undefined) body.service_tier = request.serviceTier;
  if (request.promptCacheKey !== undefined) body.prompt_cache_key = request.promptCacheKey;
  Object.assign(body, cacheField(request.autoCache, { ...context, path: "" }), encodeExtra(request, context));
  if (request.stream) {
    body.stream = true;
    if (context.quirks.stream_usage) body.stream_options = { include_usage: true };
  }
  for (const field of context.quirks.refused_fields) {
    if (body[field] === undefined) continue;
    delete body[field];
    losses.add(field, "dropped");
  }
  return JSON.stringify(body);
}

function encodeLimits(request: NeutralRequest, { traits, quirks, losses }: EncodeContext): JsonObject {
  const fields: Record<string, unknown> = {};
  let limit = request.maxOutputTokens;
  if (limit !== undefined) {
    if (traits.maxOutputTokens !== undefined && limit > traits.maxOutputTokens) {
      limit = traits.maxOutputTokens;
      losses.add("max_tokens", "clamped");
    }
    fields[quirks.max_tokens_field] = limit;
  }
  const stop = request.stop.filter((sequence) => sequence !== "");
  if (stop.length < request.stop.length) losses.add("stop", "dropped");
  if (stop.length > maxStops) losses.add("stop", "clamped");
  if (stop.length > 0) fields.stop = stop.slice(0, maxStops);
  return fields;
}

function encodeSampling(request: NeutralRequest, { traits, quirks, losses }: EncodeContext): JsonObject {
  const sampling: JsonObject = {
    temperature: request.temperature,
    top_p: request.topP,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
  };
  const fields: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(sampling)) {
    if (value === undefined) continue;
    if (traits.sampling === false) losses.add(field, "dropped");
    else fields[field] = value;
  }
  if (request.topK !== undefined) {
    if (quirks.extra_fields.includes("top_k")) fields.top_k = request.topK;
    else losses.add("top_k", "dropped");
  }
  if (request.seed !== undefined) fields[quirks.seed_field] = request.seed;
  return fields;
}

/** `response_format`, or an instruction where the vendor cannot be bound to a schema. */
function encodeOutputFormat(
  format: OutputFormat | undefined,
  { traits, quirks, losses }: EncodeContext,
): { field?: JsonObject; instruction: string | undefined } {
  if (format === undefined || format.type === "text") return { instruction: undefined };
  if (format.type === "json_object") return { field: { type: "json_object" }, instruction: undefined };
  if (!quirks.json_schema || traits.structuredOutput === false) {
    losses.add("response_format.json_schema", "emulated");
    const schema = JSON.stringify(format.schema);
    return {
      field: { type: "json_object" },
      instruction: `Answer with one JSON value that conforms to this JSON Schema, and nothing else: ${schema}`,
    };
  }
  const spec = {
    name: format.name ?? "response",
    ...(format.description === undefined ? {} : { description: format.description }),
    schema: format.schema,
    ...(format.strict === undefined ? {} : { strict: format.strict }),
  };
  return { field: { type: "json_schema", json_schema: spec }, instruction: undefined };
}

function encodeExtra(request: NeutralRequest, { quirks, losses }: EncodeContext): JsonObject {
  const fields: Record<string, unknown> = {};
  const carried = [...carriedExtras, ...quirks.extra_fields];
  for (const field of carried) {
    if (request.extra[field] !== undefined) fields[field] = request.extra[field];
  }
  for (const field of Object.keys(request.extra)) {
    if (!carried.includes(field)) losses.add(field, "dropped");
  }
  return fields;
}
