import type { VendorAnswer } from "../shared/mock-server.ts";
import { tokensOf } from "../shared/token-count.ts";
import { invalid } from "./error.ts";
import type { GeminiModel } from "./models.ts";
import type { GenerateRequest } from "./schema.ts";

type Rule = (request: GenerateRequest, model: GeminiModel) => VendorAnswer | undefined;

/** Fields that contradict each other or the model. */
export const requestRules: readonly Rule[] = [
  system,
  thinking,
  sampling,
  output,
  tools,
  caching,
  limit,
  length,
];

function system({ systemInstruction }: GenerateRequest, model: GeminiModel): VendorAnswer | undefined {
  if (systemInstruction === undefined) return undefined;
  if (!model.systemInstruction) return invalid(`Developer instruction is not enabled for models/${model.id}`);
  const texts = systemInstruction.parts.every(({ text }) => text !== undefined && text !== "");
  return texts ? undefined : invalid("* systemInstruction.parts: only text is supported");
}

function thinking({ generationConfig }: GenerateRequest, model: GeminiModel): VendorAnswer | undefined {
  const config = generationConfig?.thinkingConfig;
  if (config === undefined) return undefined;
  const { thinkingBudget: budget, thinkingLevel: level } = config;
  if (model.thinking === "none") return invalid("Thinking is not enabled for this model.");
  if (budget !== undefined && level !== undefined)
    return invalid("You can only set only one of thinking budget and thinking level.");
  // Google's own examples write levels in lower case.
  if (level !== undefined && !model.levels.includes(level.toUpperCase())) {
    return invalid(
      `Thinking level ${level} is not supported for this model. Please retry with other thinking level.`,
    );
  }
  if (budget === undefined || budget === -1) return undefined;
  if (model.generation >= 4) return invalid("Thinking budget is not supported for this model.");
  const { min, max, off } = model.budget;
  if ((budget === 0 && off) || (budget >= min && budget <= max)) return undefined;
  return budget === 0
    ? invalid("Budget 0 is invalid. This model only works in thinking mode.")
    : invalid(`The thinking budget ${budget} is invalid. Please choose a value between ${min} and ${max}.`);
}

function sampling(
  { generationConfig: config }: GenerateRequest,
  model: GeminiModel,
): VendorAnswer | undefined {
  const penalised = config?.presencePenalty !== undefined || config?.frequencyPenalty !== undefined;
  if (penalised && model.generation >= 4) return invalid("Penalty is not enabled for this model");
  const several = (config?.candidateCount ?? 1) > 1;
  return several && model.generation >= 4
    ? invalid("Multiple candidates is not enabled for this model")
    : undefined;
}

function output(request: GenerateRequest, model: GeminiModel): VendorAnswer | undefined {
  const { generationConfig: config = {} } = request;
  const { responseMimeType: type, responseSchema, responseJsonSchema } = config;
  if (responseSchema !== undefined && responseJsonSchema !== undefined)
    return invalid("response_schema and response_json_schema are mutually exclusive");
  const bound = responseSchema !== undefined || responseJsonSchema !== undefined;
  if (bound && type !== "application/json")
    return invalid("response_schema requires response_mime_type application/json");
  if (type !== "application/json" || declared(request).length === 0 || model.generation >= 3)
    return undefined;
  return invalid("Function calling with a response mime type: 'application/json' is unsupported");
}

function declared({ tools: list = [] }: GenerateRequest) {
  return list.flatMap(({ functionDeclarations = [] }) => functionDeclarations);
}

function tools(request: GenerateRequest, model: GeminiModel): VendorAnswer | undefined {
  const functions = declared(request);
  const names = functions.map(({ name }) => name);
  if (new Set(names).size < names.length) return invalid("Duplicate function declaration found");
  for (const { name, parameters, parametersJsonSchema } of functions) {
    if (parameters !== undefined && parametersJsonSchema !== undefined)
      return invalid(`${name}: parameters and parametersJsonSchema are mutually exclusive`);
    const problem = schemaProblem(parameters);
    if (problem !== undefined)
      return invalid(`* GenerateContentRequest.tools[0].function_declarations: ${problem}`);
  }
  const builtIn = (request.tools ?? []).some(
    ({ googleSearch, codeExecution }) => googleSearch ?? codeExecution,
  );
  if (builtIn && functions.length > 0 && model.generation < 3)
    return invalid("Tool use with function calling is unsupported");
  const config = request.toolConfig?.functionCallingConfig;
  const allowed = config?.allowedFunctionNames ?? [];
  if (allowed.length > 0 && config?.mode !== "ANY" && config?.mode !== "VALIDATED")
    return invalid("Allowed function names should be set only when the mode is ANY or VALIDATED.");
  const unknown = allowed.find((name) => !names.includes(name));
  return unknown === undefined ? undefined : invalid(`allowed_function_names: ${unknown} is not declared`);
}

function schemaProblem(schema: unknown): string | undefined {
  if (Array.isArray(schema)) return schema.map(schemaProblem).find((problem) => problem !== undefined);
  if (typeof schema !== "object" || schema === null) return undefined;
  const {
    type,
    items,
    properties,
    required,
    enum: values,
    format,
    anyOf,
  } = Object.fromEntries(Object.entries(schema));
  const kind = String(type).toLowerCase();
  if (type === undefined && anyOf === undefined) return "type: must be specified";
  if (kind === "array" && items === undefined) return "items: missing field.";
  if (values !== undefined && kind !== "string") return "enum: only allowed for STRING type";
  if (kind === "string" && format !== undefined && !["enum", "date-time"].includes(String(format)))
    return "format: only 'enum' and 'date-time' are supported for STRING type";
  const names = Object.keys(properties ?? {});
  const missing = (Array.isArray(required) ? required : []).find((name) => !names.includes(String(name)));
  if (missing !== undefined) return `required[0]: property is not defined`;
  return schemaProblem([...Object.values(properties ?? {}), items, ...(Array.isArray(anyOf) ? anyOf : [])]);
}

function caching(request: GenerateRequest): VendorAnswer | undefined {
  const { cachedContent, systemInstruction, tools: list, toolConfig } = request;
  if (cachedContent === undefined) return undefined;
  if (systemInstruction === undefined && list === undefined && toolConfig === undefined) return undefined;
  return invalid(
    "CachedContent can not be used with GenerateContent request setting system_instruction, tools or tool_config.",
  );
}

function limit({ generationConfig }: GenerateRequest, model: GeminiModel): VendorAnswer | undefined {
  const asked = generationConfig?.maxOutputTokens;
  if (asked === undefined || asked <= model.outputLimit) return undefined;
  return invalid(`max_output_tokens must be in the range [1, ${model.outputLimit}]`);
}

function length({ contents }: GenerateRequest): VendorAnswer | undefined {
  const count = tokensOf(contents);
  if (count <= 1_048_576) return undefined;
  return invalid(`The input token count (${count}) exceeds the maximum number of tokens allowed (1048576).`);
}
