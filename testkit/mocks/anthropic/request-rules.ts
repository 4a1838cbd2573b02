import type { VendorAnswer } from "../shared/mock-server.ts";
import { tokensOf } from "../shared/token-count.ts";
import { cacheMarks } from "./cache.ts";
import { invalid } from "./error.ts";
import type { ClaudeModel } from "./models.ts";
import type { PromptRequest } from "./schema.ts";

type Rule = (request: PromptRequest, model: ClaudeModel) => VendorAnswer | undefined;

/** Fields that contradict each other or the model. */
export const requestRules: readonly Rule[] = [
  limit,
  sampling,
  stops,
  toolChoice,
  tools,
  caching,
  outputSchema,
  length,
];

function limit({ max_tokens }: PromptRequest, model: ClaudeModel): VendorAnswer | undefined {
  if (max_tokens === undefined || max_tokens <= model.maxTokens) return undefined;
  return invalid(
    `max_tokens: ${max_tokens} > ${model.maxTokens}, which is the maximum allowed number of output tokens for ${model.id}`,
  );
}

function sampling(request: PromptRequest, model: ClaudeModel): VendorAnswer | undefined {
  const { temperature, top_p, top_k } = request;
  if (model.sampling) {
    if (temperature === undefined || top_p === undefined) return undefined;
    return invalid("`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
  }
  if (temperature !== undefined && temperature !== 1)
    return invalid("`temperature` is not supported for this model.");
  if (top_p !== undefined && top_p < 0.99) return invalid("`top_p` is not supported for this model.");
  return top_k === undefined ? undefined : invalid("`top_k` is not supported for this model.");
}

function stops({ stop_sequences }: PromptRequest): VendorAnswer | undefined {
  if (stop_sequences?.every((sequence) => sequence.trim() !== "") !== false) return undefined;
  return invalid("stop_sequences: each stop sequence must contain non-whitespace");
}

function toolChoice(
  { tool_choice, tools: declared = [] }: PromptRequest,
  model: ClaudeModel,
): VendorAnswer | undefined {
  if (tool_choice === undefined) return undefined;
  if (declared.length === 0) return invalid("tool_choice: may only be specified while providing tools.");
  const forced = tool_choice.type === "any" || tool_choice.type === "tool";
  if (forced && !model.forcedTools) {
    return invalid('tool_choice: type "tool" and "any" are not supported for this model.');
  }
  if (tool_choice.type !== "tool" || declared.some(({ name }) => name === tool_choice.name)) return undefined;
  return invalid(`Tool '${tool_choice.name}' not found in provided tools`);
}

function tools({ tools: declared = [] }: PromptRequest): VendorAnswer | undefined {
  const names = declared.map(({ name }) => name);
  if (new Set(names).size < names.length) return invalid("tools: Tool names must be unique.");
  const strict = declared.filter((tool) => "strict" in tool && tool.strict === true);
  return strict.length <= 20 ? undefined : invalid("tools: at most 20 tools may be strict");
}

function caching(request: PromptRequest): VendorAnswer | undefined {
  const marks = cacheMarks(request);
  if (marks.length > 4) {
    return invalid(`A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`);
  }
  const short = marks.findIndex(({ ttl }) => ttl === "5m");
  if (short < 0 || marks.slice(short).every(({ ttl }) => ttl === "5m")) return undefined;
  return invalid("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block");
}

function outputSchema({ output_config }: PromptRequest): VendorAnswer | undefined {
  const problem = schemaProblem(output_config?.format?.schema);
  return problem === undefined ? undefined : invalid(`output_config.format.schema: ${problem}`);
}

const refusedKeywords = ["minimum", "maximum", "multipleOf", "minLength", "maxLength", "maxItems", "oneOf"];

function schemaProblem(schema: unknown): string | undefined {
  if (Array.isArray(schema)) return schema.map(schemaProblem).find((problem) => problem !== undefined);
  if (typeof schema !== "object" || schema === null) return undefined;
  const { type, additionalProperties, properties, ...rest } = Object.fromEntries(Object.entries(schema));
  if (type === "object" && additionalProperties !== false) {
    return "For 'object' type, 'additionalProperties' must be explicitly set to false";
  }
  const keyword = refusedKeywords.find((name) => name in rest);
  if (keyword !== undefined) return `For '${String(type)}' type, property '${keyword}' is not supported`;
  return schemaProblem([...Object.values(properties ?? {}), ...Object.values(rest)]);
}

function length(request: PromptRequest, model: ClaudeModel): VendorAnswer | undefined {
  const input = tokensOf(request.messages);
  if (input <= model.context) return undefined;
  return invalid(`prompt is too long: ${input} tokens > ${model.context} maximum`);
}
