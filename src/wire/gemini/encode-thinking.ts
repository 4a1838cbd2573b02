import { type Effort, efforts, type NeutralRequest, type Reasoning } from "../neutral/request.ts";
import type { JsonObject } from "../read-json.ts";
import type { EncodeScope } from "./encode-scope.ts";

const field = "reasoning_effort";

/** Shares of the largest budget that stand for an effort: a convention of translators. */
const shares: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 0.02,
  low: 0.1,
  medium: 0.3,
  high: 0.6,
  xhigh: 0.9,
  max: 1,
};

/** Levels every model with levels takes; MINIMAL is for some. */
const commonEfforts: readonly Effort[] = ["low", "medium", "high"];
/** Budgets of Gemini 2.5 Flash, for models of which nothing is known. Source: "Thinking" in the API documentation. */
const knownBudget = { min: 0, max: 24_576 };

/** `thinkingConfig` by what the model takes, a level or a budget of tokens; undefined when there is nothing to say. */
export function encodeThinking({ reasoning }: NeutralRequest, scope: EncodeScope): JsonObject | undefined {
  if (reasoning === undefined) return undefined;
  const { traits, losses } = scope;
  const form = traits.reasoning ?? formOf(reasoning);
  const off = reasoning.mode === "disabled" || reasoning.effort === "none";
  if (form === "none") {
    if (!off) losses.add(field, "dropped");
    return undefined;
  }
  const control =
    form === "budget" ? budgetOf(reasoning, { off, scope }) : levelOf(reasoning, { off, scope });
  if (reasoning.display === "updates") losses.add("reasoning.display", "clamped");
  const config = { ...control, ...(!off && { includeThoughts: reasoning.display !== "omitted" }) };
  return Object.keys(config).length === 0 ? undefined : config;
}

/** For a model nothing is known of: the form the caller used. */
function formOf({ mode, budgetTokens, effort }: Reasoning): "budget" | "effort" {
  const budgeted =
    mode === "budget" || mode === "disabled" || (budgetTokens !== undefined && effort === undefined);
  return budgeted ? "budget" : "effort";
}

interface Wish {
  readonly off: boolean;
  readonly scope: EncodeScope;
}

function budgetOf(reasoning: Reasoning, { off, scope: { traits, losses } }: Wish): JsonObject {
  const { min, max } = traits.reasoningBudget ?? knownBudget;
  if (off) {
    if (traits.alwaysReasons !== true) return { thinkingBudget: 0 };
    losses.add(field, "clamped");
    return { thinkingBudget: min };
  }
  const { effort, budgetTokens } = reasoning;
  if (budgetTokens === undefined && effort === undefined) return { thinkingBudget: -1 };
  if (budgetTokens === undefined) losses.add(field, "emulated");
  const wanted = budgetTokens ?? Math.floor(shares[effort ?? "medium"] * max);
  const tokens = Math.min(Math.max(wanted, min), max);
  if (budgetTokens !== undefined && tokens !== budgetTokens) losses.add(field, "clamped");
  return { thinkingBudget: tokens };
}

function levelOf(reasoning: Reasoning, { off, scope: { traits, losses } }: Wish): JsonObject {
  const allowed = (traits.efforts ?? commonEfforts).filter((effort) => effort !== "none");
  if (off) {
    // There is no level for nothing; the weakest is nearest.
    losses.add(field, "clamped");
    return levelField(allowed[0] ?? "low");
  }
  const { effort, budgetTokens } = reasoning;
  if (effort !== undefined) {
    const chosen = nearest(effort, allowed);
    if (chosen !== effort) losses.add(field, "clamped");
    return levelField(chosen);
  }
  if (budgetTokens === undefined) return {};
  losses.add(field, "emulated");
  return levelField(nearest(effortOfBudget(budgetTokens), allowed));
}

function levelField(effort: Effort): JsonObject {
  return { thinkingLevel: effort.toUpperCase() };
}

/** The effort whose share of the usual largest budget comes nearest from above. */
function effortOfBudget(tokens: number): Effort {
  return efforts.find((effort) => effort !== "none" && tokens <= shares[effort] * knownBudget.max) ?? "max";
}

/** The closest of `allowed` on the common scale; of two equally close ones the stronger. */
function nearest(effort: Effort, allowed: readonly Effort[]): Effort {
  const distance = (candidate: Effort) => Math.abs(efforts.indexOf(candidate) - efforts.indexOf(effort));
  let best: Effort | undefined;
  for (const candidate of allowed)
    if (best === undefined || distance(candidate) <= distance(best)) best = candidate;
  return best ?? "low";
}
