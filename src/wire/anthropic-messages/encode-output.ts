import type { NeutralRequest, OutputFormat, Tool } from "../neutral/request.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { jsonOutputTool, type WireOutputConfig, type WireTool } from "./schema.ts";
import { fitSchema } from "./structured-output-schema.ts";

/** How the wanted form of the answer is asked for: natively, in words, or by a tool whose input is the answer. */
export interface EncodedOutput {
  readonly format?: NonNullable<WireOutputConfig["format"]>;
  readonly instruction?: string;
  readonly tool?: WireTool;
}

const free: EncodedOutput = {};

/** The caller's output format, by the strongest means the model has. */
export function encodeOutput(request: NeutralRequest, { traits, losses }: EncodeScope): EncodedOutput {
  const format = request.outputFormat;
  if (format === undefined || format.type === "text") return free;
  if (format.type === "json_object") {
    losses.add("response_format", "emulated");
    return { instruction: "Answer with a single JSON object and nothing else: no prose, no code fence." };
  }
  if (traits.structuredOutput !== false) {
    const schema = fitSchema(format.schema, { path: "response_format.schema", losses });
    return { format: { type: "json_schema", schema } };
  }
  losses.add("response_format", "emulated");
  return emulate(format);
}

type SchemaFormat = Extract<OutputFormat, { type: "json_schema" }>;

/** A tool's input is always an object; any other root can only be asked for in words. */
function emulate({ schema, name, description }: SchemaFormat): EncodedOutput {
  if (schema.type !== "object") {
    const text = `Answer with JSON that matches this JSON Schema and nothing else: ${JSON.stringify(schema)}`;
    return { instruction: text };
  }
  const what = description ?? (name === undefined ? "" : `The answer is a \`${name}\`.`);
  return {
    tool: {
      name: jsonOutputTool,
      description:
        `Gives the final answer to the user. Call it once, instead of answering in text. ${what}`.trim(),
      input_schema: schema,
    },
  };
}

/** Whether the caller's own tools leave the model a choice besides the answer's tool. */
export function mayCallTools(request: NeutralRequest, tools: readonly Tool[]): boolean {
  return tools.length > 0 && request.toolChoice?.mode !== "none";
}
