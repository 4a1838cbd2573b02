import type { ToolResultPart } from "../../wire/neutral/part.ts";
import type { NeutralRequest } from "../../wire/neutral/request.ts";
import { lastToolResults, lastUserText, toolNameOf } from "./conversation.ts";
import { instanceOfSchema } from "./instance-of-schema.ts";

const label = "[Simulation: Penstock's playground, no model was asked.]";

/** The words of an answer without tool calls: JSON where the caller asked for JSON, else a labelled echo. */
export function answerText(request: NeutralRequest): string {
  const format = request.outputFormat;
  if (format?.type === "json_schema") return JSON.stringify(instanceOfSchema(format.schema));
  const said = lastUserText(request);
  if (format?.type === "json_object") return JSON.stringify({ simulation: true, you_said: said });
  const results = lastToolResults(request);
  if (results.length > 0) {
    return `${label} The tools returned: ${results.map((result) => quote(request, result)).join("; ")}`;
  }
  return said === "" ? `${label} You said nothing.` : `${label} You said: “${said}”`;
}

function quote(request: NeutralRequest, result: ToolResultPart): string {
  const name = toolNameOf(request, result.toolCallId) ?? result.toolCallId;
  const text = result.content.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join("\n");
  return `${name}${result.isError ? " failed with" : ":"} “${text}”`;
}
