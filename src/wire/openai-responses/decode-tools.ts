import { defined } from "../defined.ts";
import type { Tool, ToolChoice } from "../neutral/request.ts";
import { invalid, ObjectReader } from "../read-json.ts";

type Extra = Record<string, unknown>;

const functionFields: ReadonlySet<string> = new Set(["type", "name", "description", "parameters", "strict"]);
const customFields: ReadonlySet<string> = new Set(["type", "name", "description", "format"]);

/** `tools`. Types other than `function` and `custom` are tools the vendor runs, named by their type. */
export function decodeTools(body: ObjectReader, extra: Extra): Tool[] {
  return body.optionalArray("tools").map((entry, i): Tool => {
    const tool = new ObjectReader(entry, `tools[${i}]`);
    const type = tool.string("type");
    switch (type) {
      case "function":
        addRest(tool, { known: functionFields, extra });
        return defined({
          kind: "function" as const,
          name: toolName(tool),
          description: tool.optionalString("description"),
          parameters: tool.optionalObject("parameters")?.value,
          strict: tool.optionalBoolean("strict"),
        });
      case "custom":
        addRest(tool, { known: customFields, extra });
        return defined({
          kind: "custom" as const,
          name: toolName(tool),
          description: tool.optionalString("description"),
          format: tool.optionalObject("format")?.value,
        });
      default:
        return { kind: "vendor", name: type, protocol: "openai-responses", value: tool.value };
    }
  });
}

function addRest(reader: ObjectReader, { known, extra }: { known: ReadonlySet<string>; extra: Extra }): void {
  const rest = reader.rest(known);
  for (const field of Object.keys(rest)) {
    if (rest[field] !== false) extra[reader.at(field)] = rest[field];
  }
}

function toolName(reader: ObjectReader): string {
  const name = reader.string("name");
  return name === "" ? invalid(reader.at("name"), "must not be empty") : name;
}

const choiceWords = ["none", "auto", "required"] as const;

/** `tool_choice`. One that names a tool the vendor runs has no neutral form and stays in `extra`. */
export function decodeToolChoice(
  body: ObjectReader,
  { tools, extra }: { readonly tools: readonly Tool[]; readonly extra: Extra },
): ToolChoice | undefined {
  if (!body.has("tool_choice")) return undefined;
  if (typeof body.value.tool_choice === "string") {
    return { mode: body.oneOf("tool_choice", choiceWords) };
  }
  const choice = body.object("tool_choice");
  switch (choice.string("type")) {
    case "function":
    case "custom": {
      const name = choice.string("name");
      if (!tools.some((tool) => tool.name === name)) {
        invalid("tool_choice", `names the tool ${JSON.stringify(name)}, which is not in \`tools\``);
      }
      return { mode: "named", name };
    }
    case "allowed_tools":
      return {
        mode: "allowed",
        names: choice.array("tools").map((entry, i) => {
          const tool = new ObjectReader(entry, `${choice.at("tools")}[${i}]`);
          const type = tool.string("type");
          return type === "function" || type === "custom" ? tool.string("name") : type;
        }),
        required: choice.oneOf("mode", ["auto", "required"]) === "required",
      };
    default:
      extra.tool_choice = choice.value;
      return undefined;
  }
}
