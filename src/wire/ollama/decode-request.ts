import { defined } from "../defined.ts";
import type { NeutralRequest, OutputFormat, Reasoning } from "../neutral/request.ts";
import { invalid, ObjectReader, readString } from "../read-json.ts";
import { decodeMessages } from "./decode-messages.ts";
import { decodeTools } from "./decode-tools.ts";
import { thinkLevels } from "./schema.ts";

const knownFields: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "tools",
  "format",
  "think",
  "options",
  "stream",
]);

const knownOptions: ReadonlySet<string> = new Set([
  "num_predict",
  "temperature",
  "top_p",
  "top_k",
  "presence_penalty",
  "frequency_penalty",
  "seed",
  "stop",
]);

/**
 * A client's body of `POST /api/chat` to the tree; a stream unless it says otherwise.
 *
 * @throws PenstockError `invalid_request` with the path of the field at fault, e.g. `messages[2].images[0]`.
 */
export function decodeRequest(value: unknown): NeutralRequest {
  const body = new ObjectReader(value, "");
  const { extra, ...options } = decodeOptions(body);
  return defined({
    model: body.optionalString("model") ?? "",
    ...decodeMessages(body),
    tools: decodeTools(body),
    outputFormat: decodeFormat(body),
    reasoning: decodeThink(body),
    ...options,
    stream: body.optionalBoolean("stream") ?? true,
    includeUsage: true,
    extra: { ...body.rest(knownFields), ...extra },
  });
}

function decodeOptions(body: ObjectReader) {
  const options = body.optionalObject("options") ?? new ObjectReader({}, "options");
  const limit = options.optionalInteger("num_predict");
  const rest = options.rest(knownOptions);
  // -1 is "without a limit", as every request without one is; other numbers below have a meaning of their own.
  if (limit !== undefined && (limit === 0 || limit < -1)) rest.num_predict = limit;
  return {
    maxOutputTokens: limit !== undefined && limit > 0 ? limit : undefined,
    temperature: options.optionalNumber("temperature", { min: 0 }),
    topP: options.optionalNumber("top_p", { min: 0, max: 1 }),
    topK: options.optionalInteger("top_k"),
    presencePenalty: options.optionalNumber("presence_penalty"),
    frequencyPenalty: options.optionalNumber("frequency_penalty"),
    seed: options.optionalInteger("seed"),
    stop: options.optionalArray("stop").map((entry, i) => readString(entry, `options.stop[${i}]`)),
    extra: Object.keys(rest).length === 0 ? {} : { options: rest },
  };
}

function decodeFormat(body: ObjectReader): OutputFormat | undefined {
  const { format } = body.value;
  if (format === undefined || format === null || format === "") return undefined;
  if (typeof format !== "string") return { type: "json_schema", schema: body.object("format").value };
  return format === "json" ? { type: "json_object" } : invalid("format", 'must be "json" or a JSON Schema');
}

function decodeThink(body: ObjectReader): Reasoning | undefined {
  const { think } = body.value;
  if (think === undefined || think === null) return undefined;
  if (typeof think === "boolean") return { mode: think ? "adaptive" : "disabled" };
  return { effort: body.oneOf("think", thinkLevels) };
}
