import type { NeutralRequest, OutputFormat } from "../neutral/request.ts";
import type { JsonObject } from "../read-json.ts";
import { compileSchema } from "../schema/compile-schema.ts";
import { jsonSchemaRules, openApiRules } from "../schema/gemini-rules.ts";
import type { EncodeScope } from "./encode-scope.ts";

/** How the wanted form of the answer is asked for: by fields of `generationConfig`, or in words. */
export interface EncodedOutput {
  readonly config?: JsonObject;
  readonly instruction?: string;
}

/** The caller's output format. Older models refuse it beside tools; there it can only be asked for in words. */
export function encodeOutput(request: NeutralRequest, { traits, losses }: EncodeScope): EncodedOutput {
  const format = request.outputFormat;
  if (format === undefined || format.type === "text") return {};
  const besideTools = request.tools.length > 0 && traits.structuredOutputWithTools !== true;
  if (besideTools || traits.structuredOutput === false) {
    losses.add("response_format", "emulated");
    return { instruction: instructionFor(format, besideTools) };
  }
  const config = { responseMimeType: "application/json" };
  if (format.type === "json_object") return { config };
  const options = { losses, path: "response_format.schema" };
  const schema =
    traits.schemaDialect === "json-schema"
      ? { responseJsonSchema: compileSchema(format.schema, { ...options, rules: jsonSchemaRules }) }
      : { responseSchema: compileSchema(format.schema, { ...options, rules: openApiRules }) };
  return { config: { ...config, ...schema } };
}

function instructionFor(format: Exclude<OutputFormat, { type: "text" }>, besideTools: boolean): string {
  const when = besideTools ? "Whenever you answer without calling a tool, answer" : "Answer";
  const what =
    format.type === "json_object"
      ? "a single JSON object"
      : `one JSON value that conforms to this JSON Schema: ${JSON.stringify(format.schema)}`;
  return `${when} with nothing but ${what}. No prose, no code fence.`;
}
