import type { JsonSchema, NeutralRequest, Tool, ToolChoice } from "../neutral/request.ts";
import type { JsonObject } from "../read-json.ts";
import { cacheControl, type EncodeContext, type PlacedContext, placed } from "./encode-context.ts";

/** Free text as a function's only argument, for vendors without custom tools. */
const inputSchema: JsonSchema = {
  type: "object",
  properties: { input: { type: "string" } },
  required: ["input"],
  additionalProperties: false,
};

/** Fields of the body about tools. */
export interface EncodedTools {
  readonly tools?: readonly JsonObject[];
  readonly choice?: unknown;
  readonly parallel?: boolean | undefined;
}

/** `tools`, `tool_choice` and `parallel_tool_calls`; all three are left out together, as vendors demand. */
export function encodeTools(request: NeutralRequest, context: EncodeContext): EncodedTools {
  const { quirks, losses } = context;
  const names = filteredNames(request.toolChoice, context);
  const tools: JsonObject[] = [];
  request.tools.forEach((tool, i) => {
    if (names?.has(tool.name) === false) return;
    const encoded = encodeTool(tool, placed(context, `tools[${i}]`));
    if (encoded !== undefined) tools.push(encoded);
  });
  if (tools.length === 0) {
    if (forces(request.toolChoice)) losses.add("tool_choice", "dropped");
    return {};
  }
  const choice = encodeToolChoice(request, context);
  const parallel = request.parallelToolCalls;
  if (quirks.parallel_tool_calls) return { tools, choice, parallel };
  if (parallel === false) losses.add("parallel_tool_calls", "dropped");
  return { tools, choice };
}

/** The tools an allowed subset leaves, where the vendor cannot be told of it. */
function filteredNames(
  choice: ToolChoice | undefined,
  context: EncodeContext,
): ReadonlySet<string> | undefined {
  if (choice?.mode !== "allowed" || context.quirks.allowed_tools) return undefined;
  context.losses.add("tool_choice", "emulated");
  return new Set(choice.names);
}

function encodeTool(tool: Tool, context: PlacedContext): JsonObject | undefined {
  const { quirks, losses, path } = context;
  switch (tool.kind) {
    case "function": {
      const { name, description, parameters, strict } = tool;
      return {
        type: "function",
        function: { name, description, parameters, strict },
        cache_control: cacheControl(tool.cache, context),
      };
    }
    case "custom": {
      const { name, description, format } = tool;
      if (quirks.custom_tools) return { type: "custom", custom: { name, description, format } };
      losses.add(path, "emulated");
      return { type: "function", function: { name, description, parameters: inputSchema } };
    }
    case "vendor":
      if (tool.protocol === "openai-chat" && typeof tool.value === "object" && tool.value !== null) {
        return { ...tool.value };
      }
      losses.add(path, "dropped");
      return undefined;
  }
}

function encodeToolChoice(request: NeutralRequest, context: EncodeContext): unknown {
  const { toolChoice: choice, tools } = request;
  if (choice === undefined) return undefined;
  if (forces(choice) && context.traits.forcedToolChoice === false) {
    context.losses.add("tool_choice", "clamped");
    return "auto";
  }
  switch (choice.mode) {
    case "auto":
    case "none":
    case "required":
      return choice.mode;
    case "named":
      return reference(choice.name, { tools, context });
    case "allowed": {
      const mode = choice.required ? "required" : "auto";
      if (!context.quirks.allowed_tools) return mode;
      const allowed = choice.names.map((name) => reference(name, { tools, context }));
      return { type: "allowed_tools", allowed_tools: { mode, tools: allowed } };
    }
  }
}

function reference(
  name: string,
  { tools, context }: { readonly tools: readonly Tool[]; readonly context: EncodeContext },
): JsonObject {
  const custom = tools.some((tool) => tool.name === name && tool.kind === "custom");
  return custom && context.quirks.custom_tools
    ? { type: "custom", custom: { name } }
    : { type: "function", function: { name } };
}

/** The model must call a tool. */
function forces(choice: ToolChoice | undefined): boolean {
  if (choice === undefined) return false;
  return (
    choice.mode === "required" || choice.mode === "named" || (choice.mode === "allowed" && choice.required)
  );
}
