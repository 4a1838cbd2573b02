import type { NeutralRequest, Tool, ToolChoice } from "../neutral/request.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { type EncodedOutput, mayCallTools } from "./encode-output.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { maxStrictTools, type WireTool, type WireToolChoice } from "./schema.ts";
import { fitSchema } from "./structured-output-schema.ts";

/** The tools of a request, the choice among them, and what must be said in words because the model cannot be forced. */
export interface EncodedTools {
  readonly tools: readonly WireTool[];
  readonly choice?: WireToolChoice | undefined;
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
  const allowed = request.toolChoice?.mode === "allowed" ? new Set(request.toolChoice.names) : undefined;
  const strict = new StrictTools(scope);
  const tools: WireTool[] = [];
  request.tools.forEach((tool, i) => {
    if (allowed?.has(tool.name) === false) return;
    const wire = encodeTool(tool, { path: `tools[${i}]`, scope, strict });
    if (wire !== undefined) tools.push(wire);
  });
  if (output.tool !== undefined) tools.push(output.tool);
  if (tools.length === 0) {
    const replayed = toolsOfHistory(request);
    if (replayed.length === 0) return { tools };
    // The API refuses calls in the history of a request that defines no tools.
    scope.losses.add("tools", "emulated");
    return { tools: replayed, choice: { type: "none" } };
  }
  const wanted = wantedChoice(request, context);
  if (wanted?.type === "tool" && !tools.some(({ name }) => name === wanted.name)) {
    scope.losses.add("tool_choice", "dropped");
    return { tools };
  }
  const { choice, instruction } = settleChoice(wanted, { request, context });
  return { tools, choice, instruction };
}

function wantedChoice(request: NeutralRequest, { output }: ToolContext): WireToolChoice | undefined {
  const choice = request.toolChoice;
  if (output.tool?.name !== undefined && choice?.mode !== "named") {
    return mayCallTools(request, request.tools) ? { type: "any" } : { type: "tool", name: output.tool.name };
  }
  return choice === undefined ? undefined : encodeMode(choice);
}

function encodeMode(choice: ToolChoice): WireToolChoice {
  switch (choice.mode) {
    case "auto":
    case "none":
      return { type: choice.mode };
    case "required":
      return { type: "any" };
    case "named":
      return { type: "tool", name: choice.name };
    case "allowed":
      return { type: choice.required ? "any" : "auto" };
  }
}

interface ChoiceContext {
  readonly request: NeutralRequest;
  readonly context: ToolContext;
}

function settleChoice(
  wanted: WireToolChoice | undefined,
  { request, context }: ChoiceContext,
): Pick<EncodedTools, "choice" | "instruction"> {
  const serial = request.parallelToolCalls === false && wanted?.type !== "none";
  const forced = wanted?.type === "any" || wanted?.type === "tool";
  if (forced && !context.forceable) {
    context.scope.losses.add(
      context.output.tool === undefined ? "tool_choice" : "response_format",
      "emulated",
    );
    const which = wanted.name === undefined ? "one of the tools" : `the tool \`${wanted.name}\``;
    return {
      choice: { type: "auto", disable_parallel_tool_use: serial || undefined },
      instruction: `Answer by calling ${which}, not in text.`,
    };
  }
  if (wanted === undefined && !serial) return {};
  const { type, name } = wanted ?? { type: "auto" as const, name: undefined };
  return { choice: { type, name, disable_parallel_tool_use: serial || undefined } };
}

interface ToolPlace {
  readonly path: string;
  readonly scope: EncodeScope;
  readonly strict: StrictTools;
}

function encodeTool(tool: Tool, { path, scope, strict }: ToolPlace): WireTool | undefined {
  switch (tool.kind) {
    case "function": {
      const binding = tool.strict === true && strict.admits(path);
      const schema = encodeParameters(tool.parameters ?? {}, { path: `${path}.parameters`, scope });
      const wire: WireTool = {
        name: tool.name,
        description: tool.description,
        input_schema: binding
          ? fitSchema(schema, { path: `${path}.parameters`, losses: scope.losses })
          : schema,
        strict: tool.strict === undefined ? undefined : binding,
      };
      if (tool.cache !== undefined) scope.breakpoints.mark(wire, { cache: tool.cache, path });
      return wire;
    }
    case "custom":
      scope.losses.add(path, "emulated");
      return encodeCustom(tool);
    case "vendor":
      if (tool.protocol === "anthropic-messages" && isObject(tool.value)) return { ...tool.value };
      scope.losses.add(path, "dropped");
      return undefined;
  }
}

/** The root of an `input_schema` must say `"type": "object"`. */
function encodeParameters(
  parameters: JsonObject,
  { path, scope }: { readonly path: string; readonly scope: EncodeScope },
): JsonObject {
  if (parameters.type === "object") return parameters;
  if (parameters.type !== undefined) scope.losses.add(`${path}.type`, "clamped");
  const { type: _, ...rest } = parameters;
  return { type: "object", ...(parameters.properties === undefined && { properties: {} }), ...rest };
}

/** Free text as the only property of an object. */
function encodeCustom({ name, description, format }: Extract<Tool, { kind: "custom" }>): WireTool {
  const grammar =
    isObject(format) && format.type !== "text" ? `It must match: ${JSON.stringify(format)}` : "";
  return {
    name,
    ...(description !== undefined && { description }),
    input_schema: {
      type: "object",
      properties: { input: { type: "string", description: `The tool's input. ${grammar}`.trim() } },
      required: ["input"],
    },
  };
}

/** Definitions for the tools that the history calls, in order of their first call. */
function toolsOfHistory({ messages }: NeutralRequest): readonly WireTool[] {
  const names = new Set<string>();
  for (const { role, parts } of messages) {
    if (role !== "assistant") continue;
    for (const part of parts) if (part.type === "tool_call") names.add(part.name);
  }
  return [...names].map((name) => ({ name, input_schema: { type: "object", properties: {} } }));
}

/** Counts the strict tools of a request, of which the API takes a limited number. */
class StrictTools {
  readonly #scope: EncodeScope;
  #count = 0;

  constructor(scope: EncodeScope) {
    this.#scope = scope;
  }

  admits(path: string): boolean {
    this.#count++;
    if (this.#count <= maxStrictTools) return true;
    this.#scope.losses.add(`${path}.strict`, "dropped");
    return false;
  }
}
