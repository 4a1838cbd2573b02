import { defined } from "../defined.ts";
import type { NeutralRequest, OutputFormat } from "../neutral/request.ts";
import { invalid, ObjectReader, positive, unitInterval } from "../read-json.ts";
import { decodeInput } from "./decode-input.ts";
import { decodeReasoning } from "./decode-reasoning.ts";
import { decodeToolChoice, decodeTools } from "./decode-tools.ts";
import { encryptedReasoning, neutralFields } from "./schema.ts";

const temperatures = { min: 0, max: 2 };
const penalties = { min: -2, max: 2 };

/**
 * A client's body to the tree. A missing `model` is the empty string: the org's default is the engine's to know.
 * `store` and `previous_response_id` stay in `extra`, unless the engine has settled them before.
 *
 * @throws PenstockError `invalid_request` with the path of the field at fault, e.g. `input[2].content[0].text`.
 */
export function decodeRequest(value: unknown): NeutralRequest {
  const body = new ObjectReader(value, "");
  if (body.optionalBoolean("background") === true) {
    invalid("background", "is not supported for this model: its answers exist only while they are made");
  }
  const extra = decodeExtra(body);
  const tools = decodeTools(body, extra);
  const model = body.optionalString("model") ?? "";
  const { system, messages } = decodeInput(body, extra);
  return defined({
    model,
    system,
    messages,
    tools,
    toolChoice: decodeToolChoice(body, { tools, extra }),
    parallelToolCalls: body.optionalBoolean("parallel_tool_calls"),
    outputFormat: decodeOutputFormat(body, extra),
    reasoning: decodeReasoning(body, extra),
    maxOutputTokens: body.optionalInteger("max_output_tokens", positive),
    temperature: body.optionalNumber("temperature", temperatures),
    topP: body.optionalNumber("top_p", unitInterval),
    frequencyPenalty: body.optionalNumber("frequency_penalty", penalties) || undefined,
    presencePenalty: body.optionalNumber("presence_penalty", penalties) || undefined,
    stop: [],
    stream: body.optionalBoolean("stream") ?? false,
    includeUsage: true,
    userId: body.optionalString("safety_identifier") || body.optionalString("user") || undefined,
    serviceTier: body.optionalString("service_tier"),
    promptCacheKey: body.optionalString("prompt_cache_key") || undefined,
    extra,
  });
}

/** `text.format`, and `text.verbosity` under the name it has elsewhere. */
function decodeOutputFormat(body: ObjectReader, extra: Record<string, unknown>): OutputFormat | undefined {
  const text = body.optionalObject("text");
  const verbosity = text?.optionalOneOf("verbosity", ["low", "medium", "high"]);
  if (verbosity !== undefined) extra.verbosity = verbosity;
  const format = text?.optionalObject("format");
  if (format === undefined) return undefined;
  const type = format.oneOf("type", ["text", "json_object", "json_schema"]);
  if (type === "text") return undefined;
  if (type === "json_object") return { type };
  return defined({
    type,
    name: format.optionalString("name"),
    description: format.optionalString("description"),
    schema: format.object("schema").value,
    strict: format.optionalBoolean("strict"),
  });
}

/** What says the same as its absence is left out, so that it is nobody's loss. */
function decodeExtra(body: ObjectReader): Record<string, unknown> {
  const extra = body.rest(neutralFields);
  for (const key of Object.keys(extra)) {
    if (isDefault(key, extra[key])) delete extra[key];
  }
  if (extra.include === undefined) return extra;
  // Reasoning that can be replayed is always given.
  const include = body.array("include").filter((name) => name !== encryptedReasoning);
  if (include.length === 0) delete extra.include;
  else extra.include = include;
  return extra;
}

function isDefault(key: string, value: unknown): boolean {
  if (key === "top_logprobs") return value === 0;
  if (key === "truncation") return value === "disabled";
  if (key === "store") return value === false;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
