import type { NeutralRequest, Tool } from "../neutral/request.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { compileSchema } from "../schema/compile-schema.ts";
import type { EncodeScope, PartPlace } from "./encode-scope.ts";
import { toolSchemaRules } from "./tool-schema-rules.ts";

/** Free text as a function's only argument. */
const inputSchema: JsonObject = {
  type: "object",
  properties: { input: { type: "string" } },
  required: ["input"],
};

/**
 * `tools`. The protocol has no choice of tools: a forbidden or narrowed one is made by leaving tools out, and a call cannot
 * be forced.
 */
export function encodeTools(request: NeutralRequest, scope: EncodeScope): JsonObject {
  const { toolChoice: choice, losses } = { ...request, losses: scope.losses };
  if (request.tools.length === 0) {
    if (choice !== undefined && choice.mode !== "auto" && choice.mode !== "none")
      losses.add("tool_choice", "dropped");
    return {};
  }
  if (choice?.mode === "none") {
    losses.add("tool_choice", "emulated");
    return {};
  }
  const names =
    choice?.mode === "named" ? [choice.name] : choice?.mode === "allowed" ? choice.names : undefined;
  if (names !== undefined) losses.add("tool_choice", "emulated");
  if (
    choice?.mode === "required" ||
    choice?.mode === "named" ||
    (choice?.mode === "allowed" && choice.required)
  ) {
    losses.add("tool_choice", "dropped");
  }
  if (request.parallelToolCalls === false) losses.add("parallel_tool_calls", "dropped");
  const tools = request.tools.flatMap((tool, i) => {
    if (names !== undefined && !names.includes(tool.name)) return [];
    const encoded = encodeTool(tool, { path: `tools[${i}]`, scope });
    return encoded === undefined ? [] : [{ type: "function", function: encoded }];
  });
  return tools.length === 0 ? {} : { tools };
}

function encodeTool(tool: Tool, { path, scope }: PartPlace): JsonObject | undefined {
  const { losses } = scope;
  if (tool.kind === "vendor") {
    losses.add(path, "dropped");
    return undefined;
  }
  if (tool.kind === "custom") {
    losses.add(path, "emulated");
    const grammar = isObject(tool.format) && tool.format.type !== "text";
    const note = grammar ? `The input must match: ${JSON.stringify(tool.format)}` : undefined;
    const description = [tool.description, note].filter((text) => text !== undefined).join("\n");
    return { name: tool.name, ...(description !== "" && { description }), parameters: inputSchema };
  }
  if (tool.cache !== undefined) losses.add(`${path}.cache_control`, "dropped");
  if (tool.strict === true) losses.add(`${path}.strict`, "dropped");
  const options = { rules: toolSchemaRules, losses, path: `${path}.parameters` };
  const parameters = compileSchema(tool.parameters ?? {}, options);
  return {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    // The server's templates expect both, also of a function without parameters.
    parameters: { type: "object", properties: {}, ...parameters },
  };
}
