import type { NeutralRequest, OutputFormat } from "../neutral/request.ts";
import { effortFor } from "../openai-chat/encode-reasoning.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { dropCache, type EncodeContext } from "./encode-context.ts";
import { encodeInput } from "./encode-input.ts";
import { encodeTools } from "./encode-tools.ts";
import { carriedExtras, encryptedReasoning, minOutputTokens, readQuirks, responsesOrigin } from "./schema.ts";

/**
 * The tree as the body of `POST /responses`: keys in a fixed order, what cannot be carried in `losses`. The vendor is
 * told to keep nothing and to hand out its reasoning encrypted, so that the caller's transcript is the only state.
 */
export function encodeRequest(request: NeutralRequest, options: EncodeRequestOptions): string {
  const { traits, losses } = options;
  const context: EncodeContext = { traits, losses, quirks: readQuirks(options.quirks) };
  const format = encodeText(request, context);
  const reasoning = encodeReasoning(request, context);
  const include = encodeInclude(request, context);
  const body: Record<string, unknown> = {
    model: options.model,
    input: encodeInput(request, { ...context, instruction: format.instruction }),
    ...encodeTools(request, context),
    ...(format.text !== undefined && { text: format.text }),
    ...(reasoning !== undefined && { reasoning }),
    ...encodeLimits(request, context),
    ...encodeSampling(request, context),
    ...(request.userId !== undefined && { safety_identifier: request.userId }),
    ...(request.serviceTier !== undefined && { service_tier: request.serviceTier }),
    ...(request.promptCacheKey !== undefined && { prompt_cache_key: request.promptCacheKey }),
    ...encodeExtra(request, context),
    ...(include.length > 0 && { include }),
    ...(context.quirks.stores && { store: false }),
    ...(request.stream && { stream: true }),
  };
  dropCache(request.autoCache, { ...context, path: "" });
  return JSON.stringify(body);
}

/** `text`: the answer's form, or an instruction where the model cannot be bound to a schema, and its verbosity. */
function encodeText(
  request: NeutralRequest,
  { traits, losses }: EncodeContext,
): { text?: JsonObject; instruction: string | undefined } {
  const { verbosity } = request.extra;
  const spoken = verbosity === undefined ? {} : { verbosity };
  const { outputFormat: format } = request;
  if (format?.type === "json_schema" && traits.structuredOutput === false) {
    losses.add("response_format.json_schema", "emulated");
    const schema = JSON.stringify(format.schema);
    return {
      text: { format: { type: "json_object" }, ...spoken },
      instruction: `Answer with one JSON value that conforms to this JSON Schema, and nothing else: ${schema}`,
    };
  }
  const text = { ...(format !== undefined && { format: encodeFormat(format) }), ...spoken };
  return { ...(Object.keys(text).length > 0 && { text }), instruction: undefined };
}

function encodeFormat(format: OutputFormat): JsonObject {
  if (format.type !== "json_schema") return { type: format.type };
  return {
    type: "json_schema",
    name: format.name ?? "response",
    ...(format.description !== undefined && { description: format.description }),
    schema: format.schema,
    ...(format.strict !== undefined && { strict: format.strict }),
  };
}

/** A summary costs the vendor's verification of the account, so only who wants to see reasoning asks for one. */
function encodeReasoning(request: NeutralRequest, context: EncodeContext): JsonObject | undefined {
  const effort = effortFor(request, { ...context, known: true });
  const { reasoning } = request;
  const shown =
    reasoning?.display === "summarized" ||
    reasoning?.display === "updates" ||
    (reasoning?.display === undefined && (reasoning?.mode === "budget" || reasoning?.mode === "adaptive"));
  const summary = shown && context.traits.reasoning !== "none" && effort !== "none";
  if (effort === undefined && !summary) return undefined;
  return { ...(effort !== undefined && { effort }), ...(summary && { summary: "auto" }) };
}

/** Models that do not reason refuse the very question, so it is put only where reasoning is known or at hand. */
function encodeInclude(
  request: NeutralRequest,
  { traits, quirks, losses }: EncodeContext,
): readonly unknown[] {
  const asked = Array.isArray(request.extra.include) ? request.extra.include : [];
  const logprobs = "message.output_text.logprobs";
  if (asked.includes(logprobs)) losses.add("include", "dropped");
  const include = asked.filter((name: unknown) => name !== logprobs);
  const reasons = traits.reasoning === undefined ? isReasoned(request) : traits.reasoning !== "none";
  return reasons && quirks.encrypted_reasoning ? [encryptedReasoning, ...include] : include;
}

function isReasoned({ reasoning, messages }: NeutralRequest): boolean {
  if (reasoning !== undefined && reasoning.mode !== "disabled" && reasoning.effort !== "none") return true;
  return messages.some(
    ({ role, parts }) =>
      role === "assistant" &&
      parts.some(
        (part) =>
          (part.type === "thinking" || part.type === "redacted_thinking") &&
          part.origin?.protocol === responsesOrigin.protocol,
      ),
  );
}

function encodeLimits({ maxOutputTokens }: NeutralRequest, { traits, losses }: EncodeContext): JsonObject {
  if (maxOutputTokens === undefined) return {};
  const most = traits.maxOutputTokens ?? maxOutputTokens;
  const limit = Math.max(Math.min(maxOutputTokens, most), minOutputTokens);
  if (limit !== maxOutputTokens) losses.add("max_tokens", "clamped");
  return { max_output_tokens: limit };
}

/** The protocol has neither penalties nor `seed` nor `stop` nor `top_k`. */
function encodeSampling(request: NeutralRequest, { traits, losses }: EncodeContext): JsonObject {
  if (request.topK !== undefined) losses.add("top_k", "dropped");
  if (request.frequencyPenalty !== undefined) losses.add("frequency_penalty", "dropped");
  if (request.presencePenalty !== undefined) losses.add("presence_penalty", "dropped");
  if (request.seed !== undefined) losses.add("seed", "dropped");
  if (request.stop.length > 0) losses.add("stop", "dropped");
  const fields: Record<string, unknown> = {};
  for (const [field, value] of [
    ["temperature", request.temperature],
    ["top_p", request.topP],
  ] as const) {
    if (value === undefined) continue;
    if (traits.sampling === false) losses.add(field, "dropped");
    else fields[field] = value;
  }
  return fields;
}

/** Fields of `extra` that are written elsewhere. */
const placed: ReadonlySet<string> = new Set(["verbosity", "include", "tool_choice"]);

function encodeExtra({ extra }: NeutralRequest, { losses }: EncodeContext): JsonObject {
  const fields: Record<string, unknown> = {};
  for (const field of carriedExtras) {
    if (extra[field] !== undefined) fields[field] = extra[field];
  }
  for (const field of Object.keys(extra)) {
    if (carriedExtras.includes(field) || placed.has(field)) continue;
    losses.add(field, "dropped");
  }
  return fields;
}
