import { defined } from "../defined.ts";
import type { Tool, ToolChoice } from "../neutral/request.ts";
import { invalid, ObjectReader } from "../read-json.ts";
import { readCache } from "./cache-control.ts";
import type { Extra } from "./decode-blocks.ts";

const functionFields: ReadonlySet<string> = new Set([
  "type",
  "name",
  "description",
  "input_schema",
  "strict",
  "cache_control",
]);

/** The tools of a request: the caller's own ones, and the vendor's, which have a dated type. */
export function decodeTools(body: ObjectReader, extra: Extra): readonly Tool[] {
  const names = new Set<string>();
  return body.optionalArray("tools").map((value, i) => {
    const tool = decodeTool(new ObjectReader(value, `tools.${i}`), extra);
    if (names.has(tool.name)) invalid(`tools.${i}.name`, "must be unique among the tools");
    names.add(tool.name);
    return tool;
  });
}

function decodeTool(tool: ObjectReader, extra: Extra): Tool {
  const type = tool.optionalString("type");
  if (type !== undefined && type !== "custom") {
    const name = tool.optionalString("name") ?? tool.optionalString("mcp_server_name") ?? type;
    return { kind: "vendor", name, protocol: "anthropic-messages", value: tool.value };
  }
  const rest = tool.rest(functionFields);
  for (const field of Object.keys(rest)) {
    if (rest[field] !== false) extra[tool.at(field)] = rest[field];
  }
  const description = tool.optionalString("description");
  const strict = tool.optionalBoolean("strict");
  return defined({
    kind: "function" as const,
    name: tool.string("name"),
    description,
    parameters: tool.object("input_schema").value,
    strict,
    cache: readCache(tool),
  });
}

/** What `tool_choice` holds. */
export interface DecodedChoice {
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean | undefined;
}

/** `tool_choice` with the parallel switch inside it. A tool it names must exist. */
export function decodeToolChoice(body: ObjectReader, tools: readonly Tool[]): DecodedChoice {
  const choice = body.optionalObject("tool_choice");
  if (choice === undefined) return {};
  const serial = choice.optionalBoolean("disable_parallel_tool_use");
  const parallelToolCalls = serial === undefined ? undefined : !serial;
  return { toolChoice: readMode(choice, tools), parallelToolCalls };
}

const choiceTypes = ["auto", "any", "tool", "none"] as const;

function readMode(choice: ObjectReader, tools: readonly Tool[]): ToolChoice {
  switch (choice.oneOf("type", choiceTypes)) {
    case "auto":
      return { mode: "auto" };
    case "none":
      return { mode: "none" };
    case "any":
      return { mode: "required" };
    case "tool": {
      const name = choice.string("name");
      if (!tools.some((tool) => tool.name === name)) invalid(choice.at("name"), "must name one of `tools`");
      return { mode: "named", name };
    }
  }
}
