import type { JsonSchema, OutputFormat, Tool, ToolChoice } from "../neutral/request.ts";
import { invalid, isObject, ObjectReader } from "../read-json.ts";
import { decodeBlocks, type NamedBlock } from "./decode-content.ts";

/** The tools of a request and the choice among them. */
export interface DecodedTools {
  readonly tools: readonly Tool[];
  readonly choice?: ToolChoice;
}

/** `toolConfig`. A tool that the choice names must exist. */
export function decodeTools(reader: ObjectReader): DecodedTools {
  const config = reader.optionalObject("toolConfig");
  if (config === undefined) return { tools: [] };
  const tools = decodeBlocks(config.array("tools"), { path: config.at("tools"), decode: decodeTool });
  const names = new Set(tools.map(({ name }) => name));
  if (names.size < tools.length) invalid(config.at("tools"), "must have unique names");
  const choice = config.optionalObject("toolChoice");
  if (choice === undefined) return { tools };
  if (choice.has("auto")) return { tools, choice: { mode: "auto" } };
  if (choice.has("any")) return { tools, choice: { mode: "required" } };
  const name = choice.object("tool").string("name");
  if (!names.has(name)) invalid(`${choice.path}.tool.name`, "must name one of the tools");
  return { tools, choice: { mode: "named", name } };
}

/** `outputConfig.textFormat`; its schema is JSON as text. */
export function decodeOutputFormat(reader: ObjectReader): OutputFormat | undefined {
  const format = reader.optionalObject("outputConfig")?.optionalObject("textFormat");
  if (format === undefined) return undefined;
  format.oneOf("type", ["json_schema"]);
  const definition = format.object("structure").object("jsonSchema");
  const name = definition.optionalString("name");
  const description = definition.optionalString("description");
  return {
    type: "json_schema",
    schema: parseSchema(definition.string("schema"), definition.at("schema")),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  };
}

function decodeTool({ name, block }: NamedBlock): Tool {
  if (name !== "toolSpec") {
    const held = block.value[name];
    const own = isObject(held) && typeof held.name === "string" ? held.name : name;
    return { kind: "vendor", name: own, protocol: "bedrock-converse", value: block.value };
  }
  const spec = block.object(name);
  const description = spec.optionalString("description");
  const strict = spec.optionalBoolean("strict");
  return {
    kind: "function",
    name: spec.string("name"),
    ...(description !== undefined && { description }),
    parameters: spec.object("inputSchema").object("json").value,
    ...(strict !== undefined && { strict }),
  };
}

function parseSchema(text: string, path: string): JsonSchema {
  try {
    return new ObjectReader(JSON.parse(text), path).value;
  } catch {
    return invalid(path, "must be a JSON Schema as text");
  }
}
