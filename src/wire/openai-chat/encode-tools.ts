import type { JsonSchema, NeutralRequest, Tool, ToolChoice } from "../neutral/request.ts";
import type { JsonObject } from "../read-json.ts";
import { cacheField, type EncodeContext } from "./encode-context.ts";

/** Free text as a function's only argument, for vendors without custom tools. */
const inputSchema: JsonSchema = {
  type: "object",
  properties: { input: { type: "string" } },
  required: ["input"],
  additionalProperties: false,
};

/** `tools`, `tool_choice` and `parallel_tool_calls`; all three are left out together, as vendors demand. */
export function encodeTools(request: NeutralRequest, context: EncodeContext): JsonObject {
  const { quirks, losses } = context;
  const names = filteredNames(request.toolChoice, context);
  const tools = request.tools.flatMap((tool, i) =>
    names === undefined || names.has(tool.name) ? encodeTool(tool, { ...context, path: `tools[${i}]` }) : [],
  );
  if (tools.length === 0) {
    if (forces(request.toolChoice)) losses.add("tool_choice", "dropped");
    return {};
  }
  const choice = encodeToolChoice(request, context);
  const fields: Record<string, unknown> = { tools };
  if (choice !== undefined) fields.tool_choice = choice;
  if (request.parallelToolCalls !== undefined) {
    if (quirks.parallel_tool_calls) fields.parallel_tool_calls = request.parallelToolCalls;
    else if (!request.parallelToolCalls) losses.add("parallel_tool_calls", "dropped");
  }
  return fields;
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

function encodeTool(tool: Tool, context: EncodeContext & { readonly path: string }): readonly JsonObject[] {
  const { quirks, losses, path } = context;
  switch (tool.kind) {
    case "function": {
      const { name, description, parameters, strict } = tool;
      return [
        {
          type: "function",
          function: {
            name,
            ...(description === undefined ? {} : { description }),
            ...(parameters === undefined ? {} : { parameters }),
            ...(strict === undefined ? {} : { strict }),
          },
          ...cacheField(tool.cache, context),
        },
      ];
    }
    case "custom": {
      const { name, description, format } = tool;
      const described = description === undefined ? {} : { description };
      if (quirks.custom_tools) {
        return [
          { type: "custom", custom: { name, ...described, ...(format === undefined ? {} : { format }) } },
        ];
      }
      losses.add(path, "emulated");
      return [{ type: "function", function: { name, ...described, parameters: inputSchema } }];
    }
    case "vendor":
      if (tool.protocol === "openai-chat" && typeof tool.value === "object" && tool.value !== null) {
        return [{ ...tool.value }];
      }
      losses.add(path, "dropped");
      return [];
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
