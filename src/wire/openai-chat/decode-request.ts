import { defined } from "../defined.ts";
import type { NeutralRequest, OutputFormat } from "../neutral/request.ts";
import { invalid, ObjectReader, positive, readString, unitInterval } from "../read-json.ts";
import { decodeCacheMarker } from "./cache-marker.ts";
import { decodeMessages } from "./decode-messages.ts";
import { decodeReasoning } from "./decode-reasoning.ts";
import { decodeToolChoice, decodeTools } from "./decode-tools.ts";
import { neutralFields } from "./schema.ts";

const temperatures = { min: 0, max: 2 };
const penalties = { min: -2, max: 2 };
const formats = ["text", "json_object", "json_schema"] as const;

/**
 * A client's body to the tree. A missing `model` is the empty string: the org's default is the engine's to know.
 *
 * @throws PenstockError `invalid_request` with the path of the field at fault, e.g. `messages[2].content[0].text`.
 */
export function decodeRequest(value: unknown): NeutralRequest {
  const body = new ObjectReader(value, "");
  const tools = decodeTools(body);
  const stream = body.optionalBoolean("stream") ?? false;
  const model = body.optionalString("model") ?? "";
  const { system, messages } = decodeMessages(body);
  return defined({
    model,
    system,
    messages,
    tools,
    toolChoice: decodeToolChoice(body, tools),
    parallelToolCalls: body.optionalBoolean("parallel_tool_calls"),
    outputFormat: decodeOutputFormat(body),
    reasoning: decodeReasoning(body),
    maxOutputTokens:
      body.optionalInteger("max_completion_tokens", positive) ?? body.optionalInteger("max_tokens", positive),
    temperature: body.optionalNumber("temperature", temperatures),
    topP: body.optionalNumber("top_p", unitInterval),
    topK: body.optionalInteger("top_k"),
    frequencyPenalty: penalty(body, "frequency_penalty"),
    presencePenalty: penalty(body, "presence_penalty"),
    seed: body.optionalInteger("seed"),
    stop: decodeStop(body),
    stream,
    includeUsage: stream && body.optionalObject("stream_options")?.optionalBoolean("include_usage") === true,
    userId: nonEmpty(body, "safety_identifier") ?? nonEmpty(body, "user"),
    serviceTier: body.optionalString("service_tier"),
    promptCacheKey: nonEmpty(body, "prompt_cache_key"),
    autoCache: decodeCacheMarker(body),
    extra: decodeExtra(body),
  });
}

/** `json_object` and `json_schema` in OpenAI's nested form; `text` is the default and says nothing. */
function decodeOutputFormat(body: ObjectReader): OutputFormat | undefined {
  const format = body.optionalObject("response_format");
  if (format === undefined) return undefined;
  const type = format.oneOf("type", formats);
  if (type === "text") return undefined;
  if (type === "json_object") return { type };
  const spec = format.object("json_schema");
  return defined({
    type,
    name: spec.optionalString("name"),
    description: spec.optionalString("description"),
    schema: spec.optionalObject("schema")?.value ?? {},
    strict: spec.optionalBoolean("strict"),
  });
}

function decodeStop(body: ObjectReader): readonly string[] {
  const { stop } = body.value;
  if (stop === undefined || stop === null || stop === "") return [];
  if (typeof stop === "string") return [stop];
  if (!Array.isArray(stop)) invalid("stop", "must be a string or an array of strings");
  return body.array("stop").map((entry, i) => readString(entry, `stop[${i}]`));
}

/** Zero is what every vendor does anyway; clients send it as a matter of course. */
function penalty(body: ObjectReader, key: string): number | undefined {
  return body.optionalNumber(key, penalties) || undefined;
}

function nonEmpty(body: ObjectReader, key: string): string | undefined {
  return body.optionalString(key) || undefined;
}

/** What says the same as its absence is left out, so that it is nobody's loss. */
function decodeExtra(body: ObjectReader): Record<string, unknown> {
  const extra = body.rest(neutralFields);
  for (const key of Object.keys(extra)) {
    if (isDefault(key, extra[key])) delete extra[key];
  }
  return extra;
}

function isDefault(key: string, value: unknown): boolean {
  if (key === "n") return value === 1;
  if (key === "top_logprobs") return value === 0;
  if (key === "modalities") return Array.isArray(value) && value.length === 1 && value[0] === "text";
  if (key === "logprobs" || key === "store") return value === false;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
