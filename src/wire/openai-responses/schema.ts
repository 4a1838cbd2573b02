import type { Origin } from "../neutral/part.ts";
import type { Quirks } from "../protocol.ts";

/** Whose opaque state this protocol's vendors issue. */
export const responsesOrigin: Origin = { protocol: "openai-responses" };

/** What vendors of this protocol differ in. Each is a quirk of the same name that a driver or a provider may set. */
export interface ResponsesQuirks {
  /** The vendor hands out its reasoning encrypted when asked by `include`, and takes it back. */
  readonly encrypted_reasoning: boolean;
  /** The vendor knows `tool_choice.type: allowed_tools`; otherwise the tools are filtered. */
  readonly allowed_tools: boolean;
  /** The vendor knows `custom` tools; otherwise they become functions with one string argument `input`. */
  readonly custom_tools: boolean;
  /** The vendor keeps answers unless `store` is false; otherwise the field is not sent. */
  readonly stores: boolean;
}

export const defaultQuirks: ResponsesQuirks = {
  encrypted_reasoning: true,
  allowed_tools: true,
  custom_tools: true,
  stores: true,
};

/** The quirks with defaults for what is absent or not a boolean. */
export function readQuirks(quirks: Quirks): ResponsesQuirks {
  const flag = (name: keyof ResponsesQuirks): boolean => {
    const value = quirks[name];
    return typeof value === "boolean" ? value : defaultQuirks[name];
  };
  return {
    encrypted_reasoning: flag("encrypted_reasoning"),
    allowed_tools: flag("allowed_tools"),
    custom_tools: flag("custom_tools"),
    stores: flag("stores"),
  };
}

/** The value of `include` that asks for reasoning the caller can send back. */
export const encryptedReasoning = "reasoning.encrypted_content";

/** The vendor's own least value of `max_output_tokens`. */
export const minOutputTokens = 16;

/** Top-level request fields with a neutral meaning; every other one is kept in `extra`. */
export const neutralFields: ReadonlySet<string> = new Set([
  "model",
  "input",
  "instructions",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "text",
  "reasoning",
  "max_output_tokens",
  "temperature",
  "top_p",
  "frequency_penalty",
  "presence_penalty",
  "stream",
  "stream_options",
  "user",
  "safety_identifier",
  "service_tier",
  "prompt_cache_key",
  "background",
]);

/**
 * Fields of `extra` a vendor of this protocol gets as they are. Not `top_logprobs`: what it asks for has no place in
 * the neutral answer. Not `store`: translated turns are kept by their caller, or by this gateway.
 */
export const carriedExtras: readonly string[] = [
  "context_management",
  "conversation",
  "max_tool_calls",
  "metadata",
  "moderation",
  "previous_response_id",
  "prompt",
  "prompt_cache_options",
  "prompt_cache_retention",
  "truncation",
];

/** Items of `input` that the caller adds; items of other unknown types were the model's. */
export const callerItems: ReadonlySet<string> = new Set([
  "additional_tools",
  "apply_patch_call_output",
  "compaction_trigger",
  "computer_call_output",
  "configuration_update",
  "local_shell_call_output",
  "mcp_approval_response",
  "shell_call_output",
  "tool_search_output",
]);
