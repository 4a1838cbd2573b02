import { type Effort, efforts, type NeutralRequest } from "../neutral/request.ts";
import { effortOf } from "../openai-chat/encode-reasoning.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { thinkLevels } from "./schema.ts";

const field = "reasoning_effort";
/** Assumed where neither the caller nor the catalog says how long an answer may be. */
const assumedOutputTokens = 32_000;

/** `think`: on, off or a level; undefined when there is nothing to say. */
export function encodeThink(
  request: NeutralRequest,
  { traits, losses }: EncodeScope,
): boolean | string | undefined {
  const { reasoning } = request;
  if (reasoning === undefined) return undefined;
  const off = reasoning.mode === "disabled" || reasoning.effort === "none";
  if (traits.reasoning === "none") {
    if (!off) losses.add(field, "dropped");
    return undefined;
  }
  if (reasoning.display !== undefined && reasoning.display !== "summarized")
    losses.add("reasoning.display", "dropped");
  if (off) {
    if (traits.alwaysReasons !== true) return false;
    losses.add(field, "clamped");
    return levelFor("low", traits.efforts);
  }
  const { effort, budgetTokens } = reasoning;
  if (effort === undefined && budgetTokens === undefined) return true;
  if (effort !== undefined) {
    if (budgetTokens !== undefined) losses.add("reasoning.budget_tokens", "dropped");
    const level = levelFor(effort, traits.efforts);
    if (level !== effort) losses.add(field, "clamped");
    return level;
  }
  losses.add("reasoning.budget_tokens", "emulated");
  const ceiling = request.maxOutputTokens ?? traits.maxOutputTokens ?? assumedOutputTokens;
  return levelFor(effortOf(budgetTokens ?? 0, ceiling), traits.efforts);
}

/** The closest level the server and the model know; the stronger of two that are equally close. */
function levelFor(effort: Effort, known: readonly Effort[] | undefined): Effort {
  const allowed = thinkLevels.filter((level) => known === undefined || known.includes(level));
  const distance = (level: Effort) => Math.abs(efforts.indexOf(level) - efforts.indexOf(effort));
  let best: Effort = allowed[0] ?? "low";
  for (const level of allowed) if (distance(level) <= distance(best)) best = level;
  return best;
}
