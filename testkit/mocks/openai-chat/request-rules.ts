import type { VendorAnswer } from "../shared/mock-server.ts";
import { tokensOf } from "../shared/token-count.ts";
import { chatError, unsupported } from "./error.ts";
import type { ChatModel } from "./models.ts";
import type { ChatRequest } from "./schema.ts";

type Rule = (request: ChatRequest, model: ChatModel) => VendorAnswer | undefined;

/** Fields that contradict each other or the model. */
export const requestRules: readonly Rule[] = [
  limits,
  streamOptions,
  toolFields,
  effort,
  sampling,
  responseFormat,
  strictSchemas,
  contextLength,
];

function limits(request: ChatRequest, model: ChatModel): VendorAnswer | undefined {
  if (request.max_tokens == null) return undefined;
  if (request.max_completion_tokens != null) {
    const message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
    return chatError({ message, code: "invalid_parameter_combination" });
  }
  return model.efforts === undefined || model.lenient === true
    ? undefined
    : unsupported("max_tokens", model.id);
}

function streamOptions(request: ChatRequest): VendorAnswer | undefined {
  if (request.stream_options == null || request.stream === true) return undefined;
  return chatError({
    message: "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    param: "stream_options",
  });
}

function toolFields(request: ChatRequest): VendorAnswer | undefined {
  if (request.tools === undefined) {
    for (const param of ["tool_choice", "parallel_tool_calls"] as const) {
      if (request[param] === undefined || request[param] === "none") continue;
      return chatError({ message: `'${param}' is only allowed when 'tools' are specified.`, param });
    }
    return undefined;
  }
  const names = request.tools.map((tool) =>
    tool.type === "function" ? tool.function.name : tool.custom.name,
  );
  for (const wanted of chosenNames(request.tool_choice)) {
    if (names.includes(wanted)) continue;
    return chatError({
      message: `Tool choice '${wanted}' not found in 'tools' parameter.`,
      param: "tool_choice",
    });
  }
  return undefined;
}

function chosenNames(choice: ChatRequest["tool_choice"]): readonly string[] {
  if (choice === undefined || typeof choice === "string") return [];
  const named = choice.type === "allowed_tools" ? choice.allowed_tools.tools : [choice];
  return named.map((tool) => (tool.type === "function" ? tool.function.name : tool.custom.name));
}

function effort(request: ChatRequest, model: ChatModel): VendorAnswer | undefined {
  const asked = request.reasoning_effort;
  if (asked != null && model.efforts === undefined) return unsupported("reasoning_effort", model.id);
  if (asked != null && model.efforts?.includes(asked) === false) {
    const allowed = model.efforts.map((name) => `'${name}'`).join(", ");
    return chatError({
      message: `Unsupported value: 'reasoning_effort' does not support '${asked}' with this model. Supported values are: ${allowed}.`,
      param: "reasoning_effort",
      code: "unsupported_value",
    });
  }
  const reasons = effortOf(request, model) !== "none";
  if (!reasons || !model.noToolsWhileReasoning || request.tools === undefined) return undefined;
  return chatError({
    message: `Function tools with reasoning_effort are not supported for ${model.id} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
    param: "reasoning_effort",
  });
}

/** The effort the model works with: the asked one, or its own. `none` on models that do not reason. */
export function effortOf(request: ChatRequest, model: ChatModel): string {
  return request.reasoning_effort ?? model.defaultEffort ?? "none";
}

function sampling(request: ChatRequest, model: ChatModel): VendorAnswer | undefined {
  if (request.top_logprobs != null && request.logprobs !== true) {
    return chatError({ message: "'top_logprobs' requires 'logprobs' to be true.", param: "top_logprobs" });
  }
  if (model.efforts === undefined || model.lenient === true) return undefined;
  if (request.stop != null) return unsupported("stop", model.id);
  if (effortOf(request, model) === "none") return undefined;
  for (const param of ["temperature", "top_p"] as const) {
    if (request[param] == null || request[param] === 1) continue;
    return chatError({
      message: `Unsupported value: '${param}' does not support ${request[param]} with this model. Only the default (1) value is supported.`,
      param,
      code: "unsupported_value",
    });
  }
  const refused = ["presence_penalty", "frequency_penalty", "logit_bias", "logprobs"] as const;
  const found = refused.find((param) => request[param] != null);
  return found === undefined ? undefined : unsupported(found, model.id);
}

function responseFormat(request: ChatRequest): VendorAnswer | undefined {
  if (request.response_format?.type !== "json_object" || /json/i.test(JSON.stringify(request.messages))) {
    return undefined;
  }
  return chatError({
    message:
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    param: "messages",
  });
}

function strictSchemas(request: ChatRequest): VendorAnswer | undefined {
  const format = request.response_format;
  const strict = [
    ...(format?.type === "json_schema" && format.json_schema.strict ? [format.json_schema.schema] : []),
    ...(request.tools ?? []).flatMap((tool) =>
      tool.type === "function" && tool.function.strict ? [tool.function.parameters] : [],
    ),
  ];
  const problem = strict
    .map((schema) => strictProblem(schema ?? {}, true))
    .find((text) => text !== undefined);
  return problem === undefined
    ? undefined
    : chatError({ message: `Invalid schema: ${problem}`, code: "invalid_json_schema" });
}

/** What strict mode refuses in a schema: open objects, optional properties, a root that is no object. */
export function strictProblem(schema: unknown, isRoot = false): string | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  const { type, properties, required, additionalProperties, items } = Object.fromEntries(
    Object.entries(schema),
  );
  if (isRoot && type !== "object") return "schema must be a JSON Schema of 'type: \"object\"'.";
  if (type === "object") {
    if (additionalProperties !== false)
      return "'additionalProperties' is required to be supplied and to be false.";
    const names = Object.keys(properties ?? {});
    const missing = names.find((name) => !Array.isArray(required) || !required.includes(name));
    if (missing !== undefined)
      return `'required' must include every key in properties. Missing '${missing}'.`;
  }
  return [...Object.values(properties ?? {}), items]
    .map((inner) => strictProblem(inner))
    .find((problem) => problem !== undefined);
}

function contextLength(request: ChatRequest, model: ChatModel): VendorAnswer | undefined {
  const input = tokensOf(request.messages);
  if (input <= model.context) return undefined;
  return chatError({
    message: `This model's maximum context length is ${model.context} tokens. However, your messages resulted in ${input} tokens. Please reduce the length of the messages.`,
    param: "messages",
    code: "context_length_exceeded",
  });
}
