import { efforts, type Reasoning } from "../neutral/request.ts";
import { invalid, type ObjectReader, positive } from "../read-json.ts";

/**
 * How much to reason, in the spellings clients use: OpenAI's `reasoning_effort`, OpenRouter's `reasoning` and
 * `include_reasoning`, and Anthropic's `thinking`. They may be combined as long as they agree.
 */
export function decodeReasoning(body: ObjectReader): Reasoning | undefined {
  const effort = body.optionalOneOf("reasoning_effort", efforts);
  const parts: Reasoning[] = effort === undefined ? [] : [{ effort }];
  const reasoning = body.optionalObject("reasoning");
  if (reasoning !== undefined) parts.push(decodeReasoningObject(reasoning));
  const thinking = body.optionalObject("thinking");
  if (thinking !== undefined) parts.push(decodeThinking(thinking));
  if (body.optionalBoolean("include_reasoning") === false) parts.push({ display: "omitted" });
  if (parts.length === 0) return undefined;
  const merged: Reasoning = Object.assign({}, ...parts);
  for (const part of parts) {
    for (const key of ["effort", "budgetTokens", "mode"] as const) {
      if (part[key] !== undefined && part[key] !== merged[key]) {
        invalid(
          reasoning !== undefined ? "reasoning" : "thinking",
          "contradicts another field about reasoning",
        );
      }
    }
  }
  return Object.keys(merged).length === 0 ? undefined : merged;
}

/** OpenRouter: `effort` and `max_tokens` are alternatives, `enabled: true` alone means its default. */
function decodeReasoningObject(reader: ObjectReader): Reasoning {
  const effort = reader.optionalOneOf("effort", efforts);
  const budgetTokens = reader.optionalInteger("max_tokens", positive);
  const enabled = reader.optionalBoolean("enabled");
  const display = reader.optionalBoolean("exclude") === true ? "omitted" : undefined;
  const summary = reader.optionalOneOf("summary", ["auto", "concise", "detailed"]);
  const mode =
    enabled === false
      ? "disabled"
      : budgetTokens !== undefined
        ? "budget"
        : enabled === true && effort === undefined
          ? "adaptive"
          : undefined;
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(effort === undefined ? {} : { effort }),
    ...(budgetTokens === undefined ? {} : { budgetTokens }),
    ...(display !== undefined ? { display } : summary !== undefined ? { display: "summarized" } : {}),
  };
}

function decodeThinking(reader: ObjectReader): Reasoning {
  const type = reader.oneOf("type", ["enabled", "disabled", "adaptive"]);
  const display = reader.optionalOneOf("display", ["summarized", "omitted", "updates"]);
  const shown = display === undefined ? {} : { display };
  if (type !== "enabled") return { mode: type, ...shown };
  const budgetTokens = reader.optionalInteger("budget_tokens", positive);
  // Moonshot and others switch reasoning on without a budget.
  return budgetTokens === undefined
    ? { mode: "adaptive", ...shown }
    : { mode: "budget", budgetTokens, ...shown };
}
