import type { Effort, Reasoning } from "../neutral/request.ts";
import { invalid, type ObjectReader, readOneOf } from "../read-json.ts";

const levels = ["MINIMAL", "LOW", "MEDIUM", "HIGH"] as const;
const efforts: Readonly<Record<(typeof levels)[number], Effort>> = {
  MINIMAL: "minimal",
  LOW: "low",
  MEDIUM: "medium",
  HIGH: "high",
};

/** `thinkingConfig`: a level, or a budget of which 0 switches reasoning off and -1 leaves it to the model. */
export function decodeThinking(config: ObjectReader): Reasoning | undefined {
  const thinking = config.optionalObject("thinkingConfig");
  if (thinking === undefined) return undefined;
  const level = thinking.optionalString("thinkingLevel")?.toUpperCase();
  const budget = thinking.optionalInteger("thinkingBudget", { min: -1 });
  if (level !== undefined && budget !== undefined) {
    invalid(thinking.at("thinkingBudget"), "must not be sent together with `thinkingLevel`");
  }
  const shown = thinking.optionalBoolean("includeThoughts");
  const display = shown === undefined ? undefined : shown ? "summarized" : "omitted";
  const reasoning: Reasoning = {
    ...budgetOf(budget),
    ...(level !== undefined &&
      level !== "THINKING_LEVEL_UNSPECIFIED" && {
        effort: efforts[readOneOf(level, { allowed: levels, path: thinking.at("thinkingLevel") })],
      }),
    ...(display !== undefined && { display }),
  };
  return Object.keys(reasoning).length === 0 ? undefined : reasoning;
}

function budgetOf(budget: number | undefined): Reasoning {
  if (budget === undefined) return {};
  if (budget === 0) return { mode: "disabled" };
  return budget === -1 ? { mode: "adaptive" } : { mode: "budget", budgetTokens: budget };
}
