import { defined } from "../defined.ts";
import type { JsonSchema, Tool } from "../neutral/request.ts";
import { invalid, isObject, ObjectReader } from "../read-json.ts";

/** `tools`: functions are all there is. */
export function decodeTools(body: ObjectReader): readonly Tool[] {
  return body.optionalArray("tools").map((entry, i): Tool => {
    const tool = new ObjectReader(entry, `tools[${i}]`);
    tool.optionalOneOf("type", ["function"]);
    const declared = tool.object("function");
    const name = declared.string("name");
    if (name === "") invalid(declared.at("name"), "must not be empty");
    const schema = declared.optionalObject("parameters")?.value;
    return defined({
      kind: "function" as const,
      name,
      description: declared.optionalString("description"),
      parameters: schema === undefined || isBare(schema) ? undefined : schema,
    });
  });
}

/** The schema of a function without parameters. */
function isBare(schema: JsonSchema): boolean {
  const { type, properties, ...rest } = schema;
  const empty = properties === undefined || (isObject(properties) && Object.keys(properties).length === 0);
  return (type === undefined || type === "object") && empty && Object.keys(rest).length === 0;
}
