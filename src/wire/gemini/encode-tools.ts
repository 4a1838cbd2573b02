import type { JsonSchema, NeutralRequest, Tool, ToolChoice } from "../neutral/request.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { compileSchema } from "../schema/compile-schema.ts";
import { jsonSchemaRules, openApiRules } from "../schema/gemini-rules.ts";
import type { EncodeScope } from "./encode-scope.ts";

/** Free text as a function's only argument. */
const inputSchema: JsonSchema = {
  type: "object",
  properties: { input: { type: "string" } },
  required: ["input"],
};

/** Fields of the body about tools. */
export interface EncodedTools {
  readonly tools?: readonly JsonObject[] | undefined;
  readonly toolConfig?: JsonObject | undefined;
}

/** `tools` and `toolConfig`; the functions stand in one entry, each of the vendor's own tools in one of its own. */
export function encodeTools(request: NeutralRequest, scope: EncodeScope): EncodedTools {
  const declarations: JsonObject[] = [];
  const builtIn: JsonObject[] = [];
  request.tools.forEach((tool, i) => {
    const path = `tools[${i}]`;
    if (tool.kind !== "vendor") declarations.push(encodeFunction(tool, { path, scope, request }));
    else if (tool.protocol === "gemini" && isObject(tool.value)) builtIn.push(tool.value);
    else scope.losses.add(path, "dropped");
  });
  const tools = declarations.length === 0 ? builtIn : [{ functionDeclarations: declarations }, ...builtIn];
  if (request.parallelToolCalls === false && declarations.length > 0)
    scope.losses.add("parallel_tool_calls", "dropped");
  if (declarations.length === 0) {
    if (forces(request.toolChoice)) scope.losses.add("tool_choice", "dropped");
    return tools.length === 0 ? {} : { tools };
  }
  const config = encodeChoice(request, scope);
  return { tools, toolConfig: config === undefined ? undefined : { functionCallingConfig: config } };
}

interface ToolPlace {
  readonly path: string;
  readonly scope: EncodeScope;
  readonly request: NeutralRequest;
}

function encodeFunction(
  tool: Exclude<Tool, { kind: "vendor" }>,
  { path, scope, request }: ToolPlace,
): JsonObject {
  if (tool.kind === "custom") {
    scope.losses.add(path, "emulated");
    const grammar = isObject(tool.format) && tool.format.type !== "text";
    const note = grammar ? `The input must match: ${JSON.stringify(tool.format)}` : undefined;
    const description = [tool.description, note].filter((text) => text !== undefined).join("\n");
    return {
      name: tool.name,
      description: description || undefined,
      ...parametersField(inputSchema, { path, scope }),
    };
  }
  if (tool.cache !== undefined) scope.losses.add(`${path}.cache_control`, "dropped");
  if (tool.strict === true && !isValidated(request, scope)) scope.losses.add(`${path}.strict`, "dropped");
  const { name, description, parameters } = tool;
  return { name, description, ...parametersField(parameters, { path, scope }) };
}

/** The schema in the dialect the model reads best; a function without parameters has none. */
function parametersField(
  parameters: JsonSchema | undefined,
  { path, scope }: { readonly path: string; readonly scope: EncodeScope },
): JsonObject | undefined {
  if (parameters === undefined || isEmptyObject(parameters)) return undefined;
  const isJsonSchema = scope.traits.schemaDialect === "json-schema";
  const rules = isJsonSchema ? jsonSchemaRules : openApiRules;
  const compiled = compileSchema(parameters, { rules, losses: scope.losses, path: `${path}.parameters` });
  return isJsonSchema ? { parametersJsonSchema: compiled } : { parameters: compiled };
}

function isEmptyObject(schema: JsonSchema): boolean {
  const { type, properties, $ref, anyOf, oneOf, allOf } = schema;
  if ((type !== undefined && type !== "object") || ($ref ?? anyOf ?? oneOf ?? allOf) !== undefined) {
    return false;
  }
  return properties === undefined || (isObject(properties) && Object.keys(properties).length === 0);
}

/** `VALIDATED` binds calls to their schemas while the model may still answer in words; newer models know it. */
function isValidated({ toolChoice, tools }: NeutralRequest, { traits }: EncodeScope): boolean {
  const free = toolChoice === undefined || toolChoice.mode === "auto";
  const strict = tools.some((tool) => tool.kind === "function" && tool.strict === true);
  return strict && (!free || traits.schemaDialect === "json-schema");
}

function encodeChoice(request: NeutralRequest, scope: EncodeScope): JsonObject | undefined {
  const { toolChoice: choice, tools } = request;
  const names = namesOf(choice).filter((name) => tools.some((tool) => tool.name === name));
  if (choice?.mode === "named" && names.length === 0) {
    scope.losses.add("tool_choice", "dropped");
    return undefined;
  }
  switch (choice?.mode) {
    case undefined:
      return isValidated(request, scope) ? { mode: "VALIDATED" } : undefined;
    case "auto":
      return { mode: isValidated(request, scope) ? "VALIDATED" : "AUTO" };
    case "none":
      return { mode: "NONE" };
    case "required":
      return { mode: "ANY" };
    case "named":
      return { mode: "ANY", allowedFunctionNames: names };
    case "allowed":
      return { mode: choice.required ? "ANY" : "VALIDATED", allowedFunctionNames: names };
  }
}

function namesOf(choice: ToolChoice | undefined): readonly string[] {
  if (choice?.mode === "named") return [choice.name];
  return choice?.mode === "allowed" ? choice.names : [];
}

/** The model must call a tool. */
function forces(choice: ToolChoice | undefined): boolean {
  return (
    choice?.mode === "required" || choice?.mode === "named" || (choice?.mode === "allowed" && choice.required)
  );
}
