import type { Quirks } from "../protocol.ts";

/** Where replayed reasoning of this protocol is written on an assistant message. */
export type ReasoningField =
  | "reasoning_content"
  | "reasoning"
  | "reasoning_details"
  | "reasoning_object"
  | "content"
  | "none";

/** What vendors of this protocol differ in. Each is a quirk of the same name that a driver or a provider may set. */
export interface ChatQuirks {
  /** The vendor knows the role `developer`; otherwise it is written as `system`. */
  readonly developer_role: boolean;
  /** The name of the output limit: OpenAI's newer models refuse `max_tokens`, most compatible servers know only it. */
  readonly max_tokens_field: "max_tokens" | "max_completion_tokens";
  /** The vendor knows `stream_options.include_usage`; it is then always sent, since the ledger needs usage. */
  readonly stream_usage: boolean;
  /**
   * The field for replayed reasoning; `reasoning_details` also carries other protocols' signed reasoning (OpenRouter),
   * `reasoning_object` is an object with opaque state (Azure AI Foundry), `content` holds it as parts of type `thinking` beside the text (Mistral).
   */
  readonly reasoning_field: ReasoningField;
  /** Images are allowed in `tool` messages; otherwise they move into a user message after the results. */
  readonly image_in_tool_result: boolean;
  /** The vendor knows `reasoning_effort`. */
  readonly reasoning_effort: boolean;
  /** The vendor knows `parallel_tool_calls`. */
  readonly parallel_tool_calls: boolean;
  /** The vendor knows `response_format.type: json_schema`; otherwise the schema becomes an instruction. */
  readonly json_schema: boolean;
  /** Cache markers are written as Anthropic-style `cache_control`; otherwise they are losses. */
  readonly cache_control: boolean;
  /** The vendor knows `tool_choice.type: allowed_tools`; otherwise the tools are filtered. */
  readonly allowed_tools: boolean;
  /** The vendor knows `custom` tools; otherwise they become functions with one string argument `input`. */
  readonly custom_tools: boolean;
  /** The vendor takes `extra_content.google.thought_signature` on tool calls (Google's own endpoint of this protocol). */
  readonly thought_signatures: boolean;
  /** The name of the field `seed`. */
  readonly seed_field: "seed" | "random_seed";
  /** The vendor knows `name` on messages. */
  readonly message_names: boolean;
  /** Fields of its own the vendor takes, separated by commas: a caller's are passed on whatever protocol it speaks. */
  readonly extra_fields: readonly string[];
  /** Fields of the protocol the vendor refuses, separated by commas: they are left out, as losses. */
  readonly refused_fields: readonly string[];
}

export const defaultQuirks: ChatQuirks = {
  developer_role: false,
  max_tokens_field: "max_tokens",
  stream_usage: true,
  reasoning_field: "reasoning_content",
  image_in_tool_result: false,
  reasoning_effort: true,
  parallel_tool_calls: true,
  json_schema: true,
  cache_control: false,
  allowed_tools: false,
  custom_tools: false,
  thought_signatures: false,
  seed_field: "seed",
  message_names: true,
  extra_fields: [],
  refused_fields: [],
};

const reasoningFields: readonly ReasoningField[] = [
  "reasoning_content",
  "reasoning",
  "reasoning_details",
  "reasoning_object",
  "content",
  "none",
];

/** The quirks with defaults for what is absent or not one of the values. */
export function readQuirks(quirks: Quirks): ChatQuirks {
  const { reasoning_field: field } = quirks;
  return {
    developer_role: flag(quirks.developer_role, defaultQuirks.developer_role),
    max_tokens_field:
      quirks.max_tokens_field === "max_completion_tokens" ? "max_completion_tokens" : "max_tokens",
    stream_usage: flag(quirks.stream_usage, defaultQuirks.stream_usage),
    reasoning_field: reasoningFields.find((known) => known === field) ?? defaultQuirks.reasoning_field,
    image_in_tool_result: flag(quirks.image_in_tool_result, defaultQuirks.image_in_tool_result),
    reasoning_effort: flag(quirks.reasoning_effort, defaultQuirks.reasoning_effort),
    parallel_tool_calls: flag(quirks.parallel_tool_calls, defaultQuirks.parallel_tool_calls),
    json_schema: flag(quirks.json_schema, defaultQuirks.json_schema),
    cache_control: flag(quirks.cache_control, defaultQuirks.cache_control),
    allowed_tools: flag(quirks.allowed_tools, defaultQuirks.allowed_tools),
    custom_tools: flag(quirks.custom_tools, defaultQuirks.custom_tools),
    thought_signatures: flag(quirks.thought_signatures, defaultQuirks.thought_signatures),
    seed_field: quirks.seed_field === "random_seed" ? "random_seed" : "seed",
    message_names: flag(quirks.message_names, defaultQuirks.message_names),
    extra_fields: list(quirks.extra_fields),
    refused_fields: list(quirks.refused_fields),
  };
}

function flag(value: Quirks[string] | undefined, fallback: boolean): boolean {
  return typeof value === "boolean" ? value : fallback;
}

const noFields: readonly string[] = [];

function list(value: Quirks[string] | undefined): readonly string[] {
  if (typeof value !== "string") return noFields;
  return value
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** Top-level request fields with a neutral meaning; every other one is kept in `extra`. */
export const neutralFields: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "tools",
  "tool_choice",
  "functions",
  "function_call",
  "parallel_tool_calls",
  "response_format",
  "reasoning_effort",
  "reasoning",
  "thinking",
  "include_reasoning",
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "top_p",
  "top_k",
  "frequency_penalty",
  "presence_penalty",
  "seed",
  "stop",
  "stream",
  "stream_options",
  "user",
  "safety_identifier",
  "service_tier",
  "prompt_cache_key",
  "cache_control",
]);

/**
 * Fields of `extra` a vendor of this protocol gets as they are. Not `n`, `logprobs`, `top_logprobs`, `modalities`
 * and `audio`: what they ask for has no place in the neutral answer, so that it would be paid for and thrown away.
 */
export const carriedExtras: readonly string[] = [
  "logit_bias",
  "metadata",
  "moderation",
  "prediction",
  "prompt_cache_options",
  "prompt_cache_retention",
  "store",
  "verbosity",
  "web_search_options",
];
