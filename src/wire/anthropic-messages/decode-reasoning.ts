import type { OutputFormat, Reasoning } from "../neutral/request.ts";
import { invalid, type ObjectReader } from "../read-json.ts";
import type { Extra } from "./decode-blocks.ts";
import { minThinkingBudget, wireEfforts } from "./schema.ts";

const thinkingFields: ReadonlySet<string> = new Set(["type", "budget_tokens", "display"]);
const outputFields: ReadonlySet<string> = new Set(["effort", "format"]);

/** `thinking` and `output_config.effort`, the two places where a caller says how much to reason. */
export function decodeReasoning(body: ObjectReader, extra: Extra): Reasoning | undefined {
  const effort = body.optionalObject("output_config")?.optionalOneOf("effort", wireEfforts);
  const thinking = body.optionalObject("thinking");
  if (thinking === undefined) return effort === undefined ? undefined : { effort };
  addRest(thinking, { known: thinkingFields, extra });
  const display = thinking.optionalOneOf("display", ["summarized", "omitted", "updates"]);
  return {
    ...readMode(thinking, extra),
    ...(effort !== undefined && { effort }),
    ...(display !== undefined && { display }),
  };
}

function readMode(thinking: ObjectReader, extra: Extra): Reasoning {
  switch (thinking.oneOf("type", ["enabled", "adaptive", "disabled", "between_tools"])) {
    case "enabled": {
      const budgetTokens = thinking.optionalInteger("budget_tokens", { min: minThinkingBudget });
      if (budgetTokens === undefined) return invalid(thinking.at("budget_tokens"), "is required");
      return { mode: "budget", budgetTokens };
    }
    case "between_tools":
      // Adaptive reasoning that skips the first turn: no other model knows it.
      extra[thinking.at("type")] = "between_tools";
      return { mode: "adaptive" };
    case "adaptive":
      return { mode: "adaptive" };
    case "disabled":
      return { mode: "disabled" };
  }
}

/** `output_config.format`, or `output_format`, its name before it was released. */
export function decodeOutputFormat(body: ObjectReader, extra: Extra): OutputFormat | undefined {
  const config = body.optionalObject("output_config");
  if (config !== undefined) addRest(config, { known: outputFields, extra });
  const current = config?.optionalObject("format");
  const deprecated = body.optionalObject("output_format");
  if (current !== undefined && deprecated !== undefined) {
    invalid("output_format", "must not be sent together with `output_config.format`");
  }
  const format = current ?? deprecated;
  if (format === undefined) return undefined;
  return { type: format.oneOf("type", ["json_schema"]), schema: format.object("schema").value };
}

function addRest(
  reader: ObjectReader,
  { known, extra }: { readonly known: ReadonlySet<string>; readonly extra: Extra },
): void {
  for (const [field, value] of Object.entries(reader.rest(known))) extra[reader.at(field)] = value;
}
