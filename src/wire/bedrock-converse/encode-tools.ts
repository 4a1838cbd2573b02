import { type EncodedOutput, mayCallTools } from "../anthropic-messages/encode-output.ts";
import { maxStrictTools } from "../anthropic-messages/schema.ts";
import { fitSchema } from "../anthropic-messages/structured-output-schema.ts";
import type { NeutralRequest, Tool, ToolChoice } from "../neutral/request.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { EncodeScope } from "./encode-scope.ts";
import type { WireBlock, WireToolChoice, WireToolSpec } from "./schema.ts";

/** The tools of a request and the choice among them. */
export interface EncodedTools {
  readonly tools: WireBlock[];
  readonly choice?: WireToolChoice | undefined;
  /** The choice in the model's own words, for what the API has none: no tool, or one at a time. */
  readonly additional?: Readonly<Record<string, unknown>> | undefined;
  /** What must be said in words because the model cannot be forced. */
  readonly instruction?: string | undefined;
}

/** What besides the request decides about tools. */
export interface ToolContext {
  readonly scope: EncodeScope;
  readonly output: EncodedOutput;
  /** The model can be forced to call a tool. */
  readonly forceable: boolean;
}

/** Tools and choice together: an allowed subset is a choice that the API has only as a shorter list of tools. */
export function encodeTools(request: NeutralRequest, context: ToolContext): EncodedTools {
  const { scope, output } = context;
  const choice = request.toolChoice;
  const allowed = choice?.mode === "allowed" ? new Set(choice.names) : undefined;
  const strict = { left: maxStrictTools };
  const tools: WireBlock[] = [];
  const names = new Set<string>();
  // Only a model with words of its own for "none" may see tools it must not call.
  const hidden = choice?.mode === "none" && scope.traits.nativeBody !== "messages";
  request.tools.forEach((tool, i) => {
    if (hidden || !(allowed?.has(tool.name) ?? true)) return;
    const path = `tools[${i}]`;
    const block = encodeTool(tool, { path, scope, strict });
    if (block === undefined) return;
    names.add(tool.name);
    tools.push(block);
    if (tool.kind === "function" && tool.cache !== undefined)
      scope.points.mark(tools, { cache: tool.cache, path });
  });
  if (output.tool?.name !== undefined) {
    names.add(output.tool.name);
    const { name, description, input_schema } = output.tool;
    const json = isObject(input_schema) ? fitRoot(input_schema, scope) : input_schema;
    tools.push({ toolSpec: { name, description, inputSchema: { json } } });
  }
  if (tools.length === 0) return replayedTools(request, scope);
  const wanted = wantedChoice(request, context);
  if (wanted !== undefined && "tool" in wanted && !names.has(wanted.tool.name)) {
    scope.losses.add("tool_choice", "dropped");
    return { tools };
  }
  const { choice: settled, additional, instruction } = settleChoice(wanted, { request, context });
  return { tools, choice: settled, additional, instruction };
}

function wantedChoice(request: NeutralRequest, { output }: ToolContext): WireToolChoice | undefined {
  const choice = request.toolChoice;
  if (output.tool?.name !== undefined && choice?.mode !== "named") {
    return mayCallTools(request, request.tools) ? { any: {} } : { tool: { name: output.tool.name } };
  }
  return choice === undefined ? undefined : encodeMode(choice);
}

function encodeMode(choice: ToolChoice): WireToolChoice | undefined {
  switch (choice.mode) {
    case "auto":
      return { auto: {} };
    case "none":
      return undefined;
    case "required":
      return { any: {} };
    case "named":
      return { tool: { name: choice.name } };
    case "allowed":
      return choice.required ? { any: {} } : { auto: {} };
  }
}

function settleChoice(
  wanted: WireToolChoice | undefined,
  { request, context }: { readonly request: NeutralRequest; readonly context: ToolContext },
): Pick<EncodedTools, "choice" | "additional" | "instruction"> {
  const { losses, traits } = context.scope;
  const native = traits.nativeBody === "messages";
  if (request.toolChoice?.mode === "none" && native && context.output.tool === undefined) {
    return { additional: { tool_choice: { type: "none" } } };
  }
  const serial = request.parallelToolCalls === false;
  if (serial && !native) losses.add("parallel_tool_calls", "dropped");
  const forced = wanted !== undefined && !("auto" in wanted);
  const instruction = forced && !context.forceable ? instructionOf(wanted) : undefined;
  if (instruction !== undefined) {
    losses.add(context.output.tool === undefined ? "tool_choice" : "response_format", "emulated");
  }
  const choice = instruction === undefined ? wanted : { auto: {} };
  if (serial && native) {
    const words = { ...messagesChoice(choice), disable_parallel_tool_use: true };
    return { instruction, additional: { tool_choice: words } };
  }
  return { instruction, choice };
}

function messagesChoice(choice: WireToolChoice | undefined): object {
  if (choice === undefined || "auto" in choice) return { type: "auto" };
  return "tool" in choice ? { type: "tool", name: choice.tool.name } : { type: "any" };
}

function instructionOf(choice: WireToolChoice): string {
  const which = "tool" in choice ? `the tool \`${choice.tool.name}\`` : "one of the tools";
  return `Answer by calling ${which}, not in text.`;
}

interface ToolPlace {
  readonly path: string;
  readonly scope: EncodeScope;
  /** Strict tools the API still takes. */
  readonly strict: { left: number };
}

function encodeTool(tool: Tool, at: ToolPlace): WireBlock | undefined {
  switch (tool.kind) {
    case "function":
      return { toolSpec: encodeFunction(tool, at) };
    case "custom":
      at.scope.losses.add(at.path, "emulated");
      return { toolSpec: encodeCustom(tool) };
    case "vendor":
      if (tool.protocol === "bedrock-converse" && isObject(tool.value)) return tool.value;
      at.scope.losses.add(at.path, "dropped");
      return undefined;
  }
}

function encodeFunction(tool: Extract<Tool, { kind: "function" }>, at: ToolPlace): WireToolSpec {
  const { path, scope, strict } = at;
  const binding = tool.strict === true && scope.traits.structuredOutput !== false && strict.left > 0;
  if (binding) strict.left--;
  else if (tool.strict === true) scope.losses.add(`${path}.strict`, "dropped");
  const schema = encodeParameters(tool.parameters ?? {}, at);
  return {
    name: tool.name,
    // The API refuses an empty description.
    description: tool.description || undefined,
    inputSchema: {
      json: binding ? fitSchema(schema, { path: `${path}.parameters`, losses: scope.losses }) : schema,
    },
    strict: binding || undefined,
  };
}

/** Keywords that Amazon's own models refuse at the root of a schema. Source: Amazon Nova user guide, "Tool use". */
const refusedAtRoot: ReadonlySet<string> = new Set([
  "$schema",
  "$id",
  "title",
  "description",
  "additionalProperties",
  "examples",
]);

/** The root of a schema must say `"type": "object"`. */
function encodeParameters(parameters: JsonObject, { path, scope }: ToolPlace): JsonObject {
  const { type, ...rest } = parameters;
  if (type !== "object" && type !== undefined) scope.losses.add(`${path}.parameters.type`, "clamped");
  const root =
    type === "object"
      ? parameters
      : { type: "object", ...(rest.properties === undefined && { properties: {} }), ...rest };
  const schema = fitRoot(root, scope);
  if (root.additionalProperties !== undefined && schema.additionalProperties === undefined) {
    scope.losses.add(`${path}.parameters.additionalProperties`, "dropped");
  }
  return schema;
}

/** The schema without the keywords at its root that the model refuses; all but one of them bind nothing. */
function fitRoot(schema: JsonObject, { traits }: EncodeScope): JsonObject {
  if (traits.nativeBody !== "nova") return schema;
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !refusedAtRoot.has(key)));
}

/** Free text as the only property of an object. */
function encodeCustom({ name, description, format }: Extract<Tool, { kind: "custom" }>): WireToolSpec {
  const grammar =
    isObject(format) && format.type !== "text" ? `It must match: ${JSON.stringify(format)}` : "";
  return {
    name,
    description: description || undefined,
    inputSchema: {
      json: {
        type: "object",
        properties: { input: { type: "string", description: `The tool's input. ${grammar}`.trim() } },
        required: ["input"],
      },
    },
  };
}

/** The API refuses calls in the history of a request that defines no tools: each gets a definition, to be left alone. */
function replayedTools({ messages, toolChoice, tools }: NeutralRequest, scope: EncodeScope): EncodedTools {
  const names = new Set<string>();
  for (const { role, parts } of messages) {
    if (role === "assistant") for (const part of parts) if (part.type === "tool_call") names.add(part.name);
  }
  if (names.size === 0) return { tools: [] };
  scope.losses.add(toolChoice?.mode === "none" && tools.length > 0 ? "tool_choice" : "tools", "emulated");
  const spec = (name: string) => ({
    toolSpec: { name, inputSchema: { json: { type: "object", properties: {} } } },
  });
  const instruction = "Answer in text; call no tools.";
  return {
    tools: [...names].map(spec),
    ...(scope.traits.nativeBody === "messages"
      ? { additional: { tool_choice: { type: "none" } } }
      : { instruction }),
  };
}
