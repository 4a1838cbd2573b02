import { decodeReasoning } from "../anthropic-messages/decode-reasoning.ts";
import { efforts, type Reasoning, type ToolChoice } from "../neutral/request.ts";
import type { ObjectReader } from "../read-json.ts";

/** What `additionalModelRequestFields` says that the neutral tree has words for; `extra` keeps the rest. */
export interface NativeFields {
  readonly reasoning?: Reasoning;
  readonly topK?: number;
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly extra: Readonly<Record<string, unknown>>;
}

const understood: ReadonlySet<string> = new Set([
  "thinking",
  "output_config",
  "reasoningConfig",
  "reasoning_effort",
  "top_k",
  "tool_choice",
]);

/** The fields of a model's own body, by the names the models of this API have for them. */
export function decodeNativeFields(reader: ObjectReader): NativeFields {
  const fields = reader.optionalObject("additionalModelRequestFields");
  if (fields === undefined) return { extra: {} };
  const extra: Record<string, unknown> = {};
  const reasoning = readReasoning(fields, extra);
  const topK = fields.optionalInteger("top_k", { min: 0 });
  const rest = fields.rest(understood);
  return {
    ...(reasoning !== undefined && { reasoning }),
    ...(topK !== undefined && { topK }),
    ...readChoice(fields),
    extra: { ...extra, ...(Object.keys(rest).length > 0 && { additionalModelRequestFields: rest }) },
  };
}

function readReasoning(fields: ObjectReader, extra: Record<string, unknown>): Reasoning | undefined {
  const flat = fields.optionalOneOf("reasoning_effort", efforts);
  if (flat !== undefined) return { effort: flat };
  const config = fields.optionalObject("reasoningConfig");
  if (config !== undefined) {
    if (config.oneOf("type", ["enabled", "disabled"]) === "disabled") return { mode: "disabled" };
    return { effort: config.optionalOneOf("maxReasoningEffort", ["low", "medium", "high"]) ?? "medium" };
  }
  return decodeReasoning(fields, extra);
}

function readChoice(fields: ObjectReader): Pick<NativeFields, "toolChoice" | "parallelToolCalls"> {
  const choice = fields.optionalObject("tool_choice");
  if (choice === undefined) return {};
  const serial = choice.optionalBoolean("disable_parallel_tool_use");
  return {
    toolChoice: readMode(choice),
    ...(serial !== undefined && { parallelToolCalls: !serial }),
  };
}

function readMode(choice: ObjectReader): ToolChoice {
  switch (choice.oneOf("type", ["auto", "any", "tool", "none"])) {
    case "auto":
      return { mode: "auto" };
    case "none":
      return { mode: "none" };
    case "any":
      return { mode: "required" };
    case "tool":
      return { mode: "named", name: choice.string("name") };
  }
}
