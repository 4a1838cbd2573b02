import { efforts, type Reasoning } from "../neutral/request.ts";
import type { ObjectReader } from "../read-json.ts";

const known: ReadonlySet<string> = new Set(["effort", "summary", "generate_summary"]);

/** `reasoning`: how much, and whether a summary is to be shown. */
export function decodeReasoning(body: ObjectReader, extra: Record<string, unknown>): Reasoning | undefined {
  const reasoning = body.optionalObject("reasoning");
  if (reasoning === undefined) return undefined;
  const effort = reasoning.optionalOneOf("effort", efforts);
  const words = ["auto", "concise", "detailed"] as const;
  const summary =
    reasoning.optionalOneOf("summary", words) ?? reasoning.optionalOneOf("generate_summary", words);
  for (const [field, value] of Object.entries(reasoning.rest(known))) extra[reasoning.at(field)] = value;
  if (effort === undefined && summary === undefined) return undefined;
  return {
    ...(effort !== undefined && { effort }),
    ...(summary !== undefined && { display: "summarized" }),
  };
}
