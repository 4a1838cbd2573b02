import { defined } from "../defined.ts";
import type { Tool, ToolChoice } from "../neutral/request.ts";
import { invalid, ObjectReader } from "../read-json.ts";
import { decodeCacheMarker } from "./cache-marker.ts";

/** `tools`, and the deprecated `functions`. An empty list is no list: SDKs send one. */
export function decodeTools(body: ObjectReader): Tool[] {
  const tools: Tool[] = body
    .optionalArray("tools")
    .map((entry, i) => decodeTool(new ObjectReader(entry, `tools[${i}]`)));
  body.optionalArray("functions").forEach((entry, i) => {
    tools.push(decodeFunction(new ObjectReader(entry, `functions[${i}]`)));
  });
  return tools;
}

/** A type that is neither `function` nor `custom` is a tool the vendor runs, e.g. `openrouter:web_search`. */
function decodeTool(reader: ObjectReader): Tool {
  const type = reader.string("type");
  if (type === "function") {
    const tool = decodeFunction(reader.object("function"));
    const cache = decodeCacheMarker(reader);
    return cache === undefined ? tool : { ...tool, cache };
  }
  if (type !== "custom") return { kind: "vendor", name: type, protocol: "openai-chat", value: reader.value };
  const custom = reader.object("custom");
  const description = custom.optionalString("description");
  return {
    kind: "custom",
    name: toolName(custom),
    ...(description === undefined ? {} : { description }),
    ...(custom.has("format") ? { format: custom.object("format").value } : {}),
  };
}

function decodeFunction(reader: ObjectReader): Extract<Tool, { kind: "function" }> {
  return defined({
    kind: "function" as const,
    name: toolName(reader),
    description: reader.optionalString("description"),
    parameters: reader.optionalObject("parameters")?.value,
    strict: reader.optionalBoolean("strict"),
    cache: decodeCacheMarker(reader),
  });
}

function toolName(reader: ObjectReader): string {
  const name = reader.string("name");
  return name === "" ? invalid(reader.at("name"), "must not be empty") : name;
}

/** `tool_choice`, or the deprecated `function_call`. */
export function decodeToolChoice(body: ObjectReader, tools: readonly Tool[]): ToolChoice | undefined {
  const choice = body.has("tool_choice")
    ? decodeChoice(body)
    : body.has("function_call")
      ? decodeFunctionCall(body)
      : undefined;
  if (choice?.mode === "named") requireTool(choice.name, tools, body);
  return choice;
}

const choiceWords = ["none", "auto", "required"] as const;

function decodeChoice(body: ObjectReader): ToolChoice {
  const value = body.value.tool_choice;
  if (typeof value === "string") return { mode: body.oneOf("tool_choice", choiceWords) };
  const choice = body.object("tool_choice");
  switch (choice.oneOf("type", ["function", "custom", "allowed_tools"])) {
    case "function":
      return { mode: "named", name: choice.object("function").string("name") };
    case "custom":
      return { mode: "named", name: choice.object("custom").string("name") };
    case "allowed_tools": {
      const allowed = choice.object("allowed_tools");
      const required = allowed.oneOf("mode", ["auto", "required"]) === "required";
      const names = allowed.array("tools").map((entry, i) => {
        const tool = new ObjectReader(entry, `${allowed.at("tools")}[${i}]`);
        return tool.object(tool.oneOf("type", ["function", "custom"])).string("name");
      });
      return { mode: "allowed", names, required };
    }
  }
}

function decodeFunctionCall(body: ObjectReader): ToolChoice {
  if (typeof body.value.function_call === "string") {
    return { mode: body.oneOf("function_call", ["none", "auto"]) };
  }
  return { mode: "named", name: body.object("function_call").string("name") };
}

function requireTool(name: string, tools: readonly Tool[], body: ObjectReader): void {
  if (tools.some((tool) => tool.name === name)) return;
  const field = body.has("tool_choice") ? "tool_choice" : "function_call";
  invalid(field, `names the tool ${JSON.stringify(name)}, which is not in \`tools\``);
}
