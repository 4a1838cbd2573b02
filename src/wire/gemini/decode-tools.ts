import type { NeutralRequest, Tool, ToolChoice } from "../neutral/request.ts";
import { invalid, ObjectReader, readString } from "../read-json.ts";
import { plainSchema } from "./decode-config.ts";

/** `tools`: the functions of all entries, and every tool the vendor runs itself, e.g. `googleSearch`. */
export function decodeTools(body: ObjectReader): readonly Tool[] {
  return body.optionalArray("tools").flatMap((entry, i): Tool[] => {
    const tool = new ObjectReader(entry, `tools[${i}]`);
    const functions = tool
      .optionalArray("functionDeclarations")
      .map((declaration, j) =>
        decodeFunction(new ObjectReader(declaration, `${tool.at("functionDeclarations")}[${j}]`)),
      );
    const others = Object.entries(tool.rest(new Set(["functionDeclarations"]))).map(
      ([name, value]): Tool => ({ kind: "vendor", name, protocol: "gemini", value: { [name]: value } }),
    );
    return [...functions, ...others];
  });
}

function decodeFunction(declaration: ObjectReader): Tool {
  const name = declaration.string("name");
  if (name === "") invalid(declaration.at("name"), "must not be empty");
  const description = declaration.optionalString("description");
  const whole = declaration.optionalObject("parametersJsonSchema")?.value;
  const subset = declaration.optionalObject("parameters")?.value;
  if (whole !== undefined && subset !== undefined) {
    invalid(declaration.at("parameters"), "must not be sent together with `parametersJsonSchema`");
  }
  const parameters = whole ?? (subset === undefined ? undefined : plainSchema(subset));
  return {
    kind: "function",
    name,
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parameters }),
  };
}

/** `toolConfig.functionCallingConfig`. */
export function decodeToolConfig(
  body: ObjectReader,
  tools: readonly Tool[],
): Pick<NeutralRequest, "toolChoice"> {
  const config = body.optionalObject("toolConfig")?.optionalObject("functionCallingConfig");
  if (config === undefined) return {};
  const mode = (config.optionalString("mode") ?? "AUTO").toUpperCase();
  const names = config
    .optionalArray("allowedFunctionNames")
    .map((name, i) => readString(name, `${config.at("allowedFunctionNames")}[${i}]`));
  for (const name of names) {
    if (!tools.some((tool) => tool.name === name)) {
      invalid(
        config.at("allowedFunctionNames"),
        `names the function ${JSON.stringify(name)}, which is not declared`,
      );
    }
  }
  return {
    toolChoice: choiceOf(mode, names) ?? invalid(config.at("mode"), "is none of AUTO, ANY, NONE, VALIDATED"),
  };
}

function choiceOf(mode: string, names: readonly string[]): ToolChoice | undefined {
  const [only] = names;
  switch (mode) {
    case "AUTO":
    case "MODE_UNSPECIFIED":
      return { mode: "auto" };
    case "NONE":
      return { mode: "none" };
    case "ANY":
      if (only === undefined) return { mode: "required" };
      return names.length === 1 ? { mode: "named", name: only } : { mode: "allowed", names, required: true };
    case "VALIDATED":
      return only === undefined ? { mode: "auto" } : { mode: "allowed", names, required: false };
    default:
      return undefined;
  }
}
