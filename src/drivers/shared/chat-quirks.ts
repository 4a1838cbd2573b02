import type { Quirks } from "../../wire/protocol.ts";
import type { DriverContext, FormField, Misconfiguration } from "../driver.ts";
import { wrongOption } from "./misconfigured.ts";

/** What a chat-completions server may deviate in, as options; each is a quirk of the same name in wire/openai-chat. */
export const chatQuirkForm: readonly FormField[] = [
  {
    name: "developer_role",
    label: "Knows the role `developer`",
    type: "boolean",
    required: false,
    help: "Off: developer messages are sent as system messages.",
  },
  {
    name: "max_tokens_field",
    label: "Field of the output limit",
    type: "select",
    required: false,
    values: ["max_tokens", "max_completion_tokens"],
  },
  {
    name: "stream_usage",
    label: "Reports usage in streams",
    type: "boolean",
    required: false,
    help: "Off: `stream_options.include_usage` is not sent, and usage of streams is estimated.",
  },
  {
    name: "reasoning_field",
    label: "Field that replays reasoning",
    type: "select",
    required: false,
    values: ["reasoning_content", "reasoning", "reasoning_details", "content", "none"],
  },
  { name: "reasoning_effort", label: "Takes `reasoning_effort`", type: "boolean", required: false },
  { name: "parallel_tool_calls", label: "Takes `parallel_tool_calls`", type: "boolean", required: false },
  { name: "json_schema", label: "Takes JSON Schema as a response format", type: "boolean", required: false },
  { name: "image_in_tool_result", label: "Takes images in tool results", type: "boolean", required: false },
  { name: "cache_control", label: "Takes `cache_control` marks", type: "boolean", required: false },
  { name: "allowed_tools", label: "Takes a choice among allowed tools", type: "boolean", required: false },
  { name: "custom_tools", label: "Takes custom tools (free text)", type: "boolean", required: false },
  {
    name: "thought_signatures",
    label: "Takes thought signatures on tool calls",
    type: "boolean",
    required: false,
    help: "On for Google's endpoint of this API: signatures go back as `extra_content.google.thought_signature`.",
  },
  {
    name: "extra_fields",
    label: "Fields of its own it takes",
    type: "text",
    required: false,
    help: "Separated by commas: clients of every protocol may send them.",
  },
  {
    name: "refused_fields",
    label: "Fields it refuses",
    type: "text",
    required: false,
    help: "Separated by commas: left out of translated requests, as a loss.",
  },
];

/** The quirks a provider's options set, over those the driver knows of the vendor. */
export function chatQuirks(context: DriverContext, known: Quirks): Quirks {
  const set = chatQuirkForm.flatMap(({ name }) => {
    const value = context.options[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return { ...known, ...Object.fromEntries(set) };
}

/** The first option that has another type or value than its field allows; undefined when all are fine. */
export function quirkProblem(context: DriverContext): Misconfiguration | undefined {
  for (const { name, type, values } of chatQuirkForm) {
    const value = context.options[name];
    if (value === undefined || value === "") continue;
    if (type === "boolean" && typeof value !== "boolean") return wrongOption(name, "must be true or false");
    if (values !== undefined && !values.includes(String(value))) {
      return wrongOption(name, `must be one of ${values.join(", ")}`);
    }
  }
  return undefined;
}

/** The dialect of the protocol's own author, for models as old and as new as they are. */
export const authorsChatQuirks: Quirks = {
  developer_role: true,
  max_tokens_field: "max_completion_tokens",
  reasoning_field: "none",
  allowed_tools: true,
  custom_tools: true,
};
