import type { NeutralRequest, OutputFormat } from "../neutral/request.ts";
import { invalid, isObject, type JsonObject, ObjectReader, readString } from "../read-json.ts";
import { decodeThinking } from "./decode-thinking.ts";

const knownFields: ReadonlySet<string> = new Set([
  "temperature",
  "topP",
  "topK",
  "candidateCount",
  "maxOutputTokens",
  "stopSequences",
  "seed",
  "presencePenalty",
  "frequencyPenalty",
  "responseMimeType",
  "responseSchema",
  "responseJsonSchema",
  "thinkingConfig",
]);

type Config = Pick<
  NeutralRequest,
  | "outputFormat"
  | "reasoning"
  | "maxOutputTokens"
  | "temperature"
  | "topP"
  | "topK"
  | "frequencyPenalty"
  | "presencePenalty"
  | "seed"
  | "stop"
  | "extra"
>;

/** `generationConfig`. What has no neutral meaning is kept by its path, e.g. `generationConfig.speechConfig`. */
export function decodeConfig(body: ObjectReader): Config {
  const config = body.optionalObject("generationConfig") ?? new ObjectReader({}, "generationConfig");
  const outputFormat = decodeOutputFormat(config);
  const reasoning = decodeThinking(config);
  const numbers = {
    maxOutputTokens: config.optionalInteger("maxOutputTokens", { min: 1 }),
    temperature: config.optionalNumber("temperature", { min: 0, max: 2 }),
    topP: config.optionalNumber("topP", { min: 0, max: 1 }),
    topK: config.optionalNumber("topK", { min: 0 }),
    frequencyPenalty: config.optionalNumber("frequencyPenalty", { min: -2, max: 2 }),
    presencePenalty: config.optionalNumber("presencePenalty", { min: -2, max: 2 }),
    seed: config.optionalInteger("seed"),
  };
  return {
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
    ...(outputFormat !== undefined && { outputFormat }),
    ...(reasoning !== undefined && { reasoning }),
    stop: config
      .optionalArray("stopSequences")
      .map((value, i) => readString(value, `${config.at("stopSequences")}[${i}]`)),
    extra: decodeExtra(config),
  };
}

/** What says the same as its absence is left out, so that it is nobody's loss. */
function decodeExtra(config: ObjectReader): JsonObject {
  const extra: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(config.rest(knownFields))) {
    const isDefault = value === false || (field === "responseModalities" && isTextOnly(value));
    if (!isDefault) extra[config.at(field)] = value;
  }
  const candidates = config.optionalInteger("candidateCount", { min: 1 });
  if (candidates !== undefined && candidates > 1) extra[config.at("candidateCount")] = candidates;
  return extra;
}

function isTextOnly(value: unknown): boolean {
  return Array.isArray(value) && value.every((modality) => String(modality).toUpperCase() === "TEXT");
}

/** A schema needs the JSON type beside it, as the API demands. */
function decodeOutputFormat(config: ObjectReader): OutputFormat | undefined {
  const type = config.optionalString("responseMimeType");
  const schemas = (["responseJsonSchema", "responseSchema"] as const).filter((field) => config.has(field));
  const [field] = schemas;
  if (schemas.length > 1)
    invalid(config.at("responseSchema"), "must not be sent together with `responseJsonSchema`");
  if (type === undefined || type === "text/plain") {
    return field === undefined
      ? undefined
      : invalid(config.at("responseMimeType"), 'must be "application/json" when a response schema is set');
  }
  if (type === "text/x.enum" && field !== undefined) {
    return { type: "json_schema", schema: plainSchema(config.object(field).value) };
  }
  if (type !== "application/json") invalid(config.at("responseMimeType"), "is not a supported type");
  if (field === undefined) return { type: "json_object" };
  const { value } = config.object(field);
  return { type: "json_schema", schema: field === "responseSchema" ? plainSchema(value) : value };
}

/** The API's schema as JSON Schema: types in lower case. Its other words are understood by all. */
export function plainSchema(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === "type" && typeof value === "string") return [key, value.toLowerCase()];
      if (key === "properties" && isObject(value)) {
        const entries = Object.entries(value).map(([name, sub]) => [
          name,
          isObject(sub) ? plainSchema(sub) : sub,
        ]);
        return [key, Object.fromEntries(entries)];
      }
      if (key === "items" && isObject(value)) return [key, plainSchema(value)];
      if (key === "anyOf" && Array.isArray(value)) {
        return [key, value.map((sub) => (isObject(sub) ? plainSchema(sub) : sub))];
      }
      return [key, value];
    }),
  );
}
