import type { JsonSchema, NeutralRequest, Tool, ToolChoice } from "../neutral/request.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { dropCache, type EncodeContext, type PartContext } from "./encode-context.ts";

/** Free text as a function's only argument, for vendors without custom tools. */
const inputSchema: JsonSchema = {
  type: "object",
  properties: { input: { type: "string" } },
  required: ["input"],
  additionalProperties: false,
};

/** `tools`, `tool_choice` and `parallel_tool_calls`; all three are left out together, as the vendor demands. */
export function encodeTools(request: NeutralRequest, context: EncodeContext): JsonObject {
  const { losses, quirks } = context;
  const choice = request.toolChoice;
  const filtered = choice?.mode === "allowed" && !quirks.allowed_tools ? new Set(choice.names) : undefined;
  if (filtered !== undefined) losses.add("tool_choice", "emulated");
  const tools = request.tools.flatMap((tool, i) =>
    filtered?.has(tool.name) === false ? [] : encodeTool(tool, { ...context, path: `tools[${i}]` }),
  );
  if (tools.length === 0) {
    if (choice !== undefined && isForced(choice)) losses.add("tool_choice", "dropped");
    return {};
  }
  const encoded = encodeChoice(request, context);
  return {
    tools,
    ...(encoded !== undefined && { tool_choice: encoded }),
    ...(request.parallelToolCalls !== undefined && { parallel_tool_calls: request.parallelToolCalls }),
  };
}

function encodeTool(tool: Tool, context: PartContext): readonly JsonObject[] {
  switch (tool.kind) {
    case "function": {
      dropCache(tool.cache, context);
      const { name, description, parameters, strict } = tool;
      return [
        {
          type: "function",
          name,
          ...(description !== undefined && { description }),
          parameters: parameters ?? { type: "object", properties: {} },
          // Left out, the vendor makes the schema strict and so another one.
          strict: strict ?? false,
        },
      ];
    }
    case "custom": {
      const { name, description, format } = tool;
      const described = description === undefined ? {} : { description };
      if (context.quirks.custom_tools) {
        return [
          { type: "custom", name, ...described, ...(format !== undefined && { format: flat(format) }) },
        ];
      }
      context.losses.add(context.path, "emulated");
      return [{ type: "function", name, ...described, parameters: inputSchema, strict: true }];
    }
    case "vendor":
      if (tool.protocol === "openai-responses" && isObject(tool.value)) return [{ ...tool.value }];
      context.losses.add(context.path, "dropped");
      return [];
  }
}

/** Chat completions nest a grammar: `{type:"grammar",grammar:{syntax,definition}}`. */
function flat(format: unknown): unknown {
  if (!isObject(format) || !isObject(format.grammar)) return format;
  const { grammar, ...rest } = format;
  return { ...rest, ...(isObject(grammar) ? grammar : {}) };
}

function encodeChoice(request: NeutralRequest, context: EncodeContext): unknown {
  const { toolChoice: choice, tools } = request;
  if (choice === undefined) return request.extra.tool_choice;
  if (isForced(choice) && context.traits.forcedToolChoice === false) {
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
      return {
        type: "allowed_tools",
        mode,
        tools: choice.names.map((name) => reference(name, { tools, context })),
      };
    }
  }
}

function reference(
  name: string,
  { tools, context }: { readonly tools: readonly Tool[]; readonly context: EncodeContext },
): JsonObject {
  const kind = tools.find((tool) => tool.name === name)?.kind;
  if (kind === "vendor") return { type: name };
  return { type: kind === "custom" && context.quirks.custom_tools ? "custom" : "function", name };
}

/** The model must call a tool. */
function isForced(choice: ToolChoice): boolean {
  if (choice.mode === "allowed") return choice.required;
  return choice.mode === "required" || choice.mode === "named";
}
