import type { NeutralRequest, OutputFormat } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { cacheControl, type EncodeContext, placed } from "./encode-context.ts";
import { callIdsFor, encodeMessages } from "./encode-messages.ts";
import { encodeEffort } from "./encode-reasoning.ts";
import { encodeTools } from "./encode-tools.ts";
import { carriedExtras, readQuirks } from "./schema.ts";

/** OpenAI's limit of stop sequences. */
const maxStops = 4;

/** The tree as the body of `POST /chat/completions`: keys in a fixed order, what cannot be carried in `losses`. */
export function encodeRequest(request: NeutralRequest, options: EncodeRequestOptions): string {
  const { traits, losses } = options;
  const quirks = readQuirks(options.quirks);
  const context: EncodeContext = { traits, losses, quirks, callIds: callIdsFor(traits) };
  const format = encodeOutputFormat(request.outputFormat, context);
  const messages = encodeMessages(request, { context, instruction: format.instruction });
  const { tools, choice, parallel } = encodeTools(request, context);
  const body: Record<string, unknown> = {
    model: options.model,
    messages,
    tools,
    tool_choice: choice,
    parallel_tool_calls: parallel,
    response_format: format.field,
    reasoning_effort: encodeEffort(request, context),
  };
  const said: Said = { request, context };
  addLimits(body, said);
  addSampling(body, said);
  body.user = request.userId;
  body.service_tier = request.serviceTier;
  body.prompt_cache_key = request.promptCacheKey;
  body.cache_control = cacheControl(request.autoCache, placed(context, ""));
  addExtra(body, said);
  if (request.stream) {
    body.stream = true;
    if (quirks.stream_usage) body.stream_options = { include_usage: true };
  }
  for (const field of quirks.refused_fields) {
    if (body[field] === undefined) continue;
    delete body[field];
    losses.add(field, "dropped");
  }
  return JSON.stringify(body);
}

/** What the caller said, and for whom it is written. */
interface Said {
  readonly request: NeutralRequest;
  readonly context: EncodeContext;
}

type Body = Record<string, unknown>;

function addLimits(body: Body, { request, context: { traits, quirks, losses } }: Said): void {
  const asked = request.maxOutputTokens;
  if (asked !== undefined) {
    const ceiling = traits.maxOutputTokens ?? asked;
    if (asked > ceiling) losses.add("max_tokens", "clamped");
    body[quirks.max_tokens_field] = Math.min(asked, ceiling);
  }
  if (request.stop.length === 0) return;
  const stop = request.stop.filter((sequence) => sequence !== "");
  if (stop.length < request.stop.length) losses.add("stop", "dropped");
  if (stop.length > maxStops) losses.add("stop", "clamped");
  if (stop.length > 0) body.stop = stop.slice(0, maxStops);
}

function addSampling(body: Body, { request, context: { traits, quirks, losses } }: Said): void {
  const sampling = {
    temperature: request.temperature,
    top_p: request.topP,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
  } as const;
  for (const field of samplingFields) {
    const value = sampling[field];
    if (value === undefined) continue;
    if (traits.sampling === false) losses.add(field, "dropped");
    else body[field] = value;
  }
  if (request.topK !== undefined) {
    if (quirks.extra_fields.includes("top_k")) body.top_k = request.topK;
    else losses.add("top_k", "dropped");
  }
  if (request.seed !== undefined) body[quirks.seed_field] = request.seed;
}

const samplingFields = ["temperature", "top_p", "frequency_penalty", "presence_penalty"] as const;

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
  const { name = "response", description, schema, strict } = format;
  const spec = { name, description, schema, strict };
  return { field: { type: "json_schema", json_schema: spec }, instruction: undefined };
}

function addExtra(body: Body, { request: { extra }, context: { quirks, losses } }: Said): void {
  const sent = Object.keys(extra);
  if (sent.length === 0) return;
  const carried = [...carriedExtras, ...quirks.extra_fields];
  for (const field of carried) if (extra[field] !== undefined) body[field] = extra[field];
  for (const field of sent) if (!carried.includes(field)) losses.add(field, "dropped");
}
