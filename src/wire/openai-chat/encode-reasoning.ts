import { type Effort, efforts, type NeutralRequest, type Reasoning } from "../neutral/request.ts";
import type { EncodeContext } from "./encode-context.ts";

/** Assumed where neither the caller nor the catalog says how long an answer may be. */
const assumedOutputTokens = 32_000;
/** The smallest budget vendors take; the least there is. */
const leastBudget = 1024;

/** What vendors of this protocol accept in any case, weakest first. */
const commonEfforts: readonly Effort[] = ["low", "medium", "high"];

/**
 * Translators' convention for the share of the output a budget stands for: low about 10 %, medium 30 %, high 60 %,
 * xhigh 90 %. These are the borders half-way between.
 */
const borders: readonly (readonly [share: number, effort: Effort])[] = [
  [0.2, "low"],
  [0.45, "medium"],
  [0.75, "high"],
  [1, "xhigh"],
];

/** `reasoning_effort` for what the caller asked, in whichever form; undefined when there is nothing to send. */
export function encodeEffort(request: NeutralRequest, context: EncodeContext): Effort | undefined {
  if (request.reasoning?.display !== undefined) context.losses.add("reasoning.display", "dropped");
  return effortFor(request, { ...context, known: context.quirks.reasoning_effort });
}

/** What choosing an effort depends on. `known`: the vendor has a field for it. */
export interface EffortContext extends Pick<EncodeContext, "traits" | "losses"> {
  readonly known: boolean;
}

/** The effort to ask this model for; undefined when there is nothing to send. */
export function effortFor(request: NeutralRequest, context: EffortContext): Effort | undefined {
  const { reasoning } = request;
  if (reasoning === undefined) return undefined;
  const { traits, losses } = context;
  const wanted = wantedEffort(reasoning, { request, context });
  if (wanted === undefined) return undefined;
  if (traits.reasoning === "none") {
    if (wanted !== "none") losses.add("reasoning_effort", "dropped");
    return undefined;
  }
  if (!context.known) {
    losses.add("reasoning_effort", "dropped");
    return undefined;
  }
  return clamp(wanted, context);
}

function wantedEffort(
  reasoning: Reasoning,
  { request, context }: { readonly request: NeutralRequest; readonly context: EffortContext },
): Effort | undefined {
  const { traits, losses } = context;
  if (reasoning.mode === "disabled") {
    // Whether a vendor knows the word "none" is known from the catalog only; the rest may refuse it.
    if (traits.reasoning === "none" || traits.efforts?.includes("none")) return "none";
    if (traits.alwaysReasons === true && traits.efforts !== undefined) return "none";
    losses.add("reasoning", "dropped");
    return undefined;
  }
  if (reasoning.effort !== undefined) {
    if (reasoning.budgetTokens !== undefined) losses.add("reasoning.budget_tokens", "dropped");
    return reasoning.effort;
  }
  if (reasoning.budgetTokens === undefined) return undefined;
  losses.add("reasoning.budget_tokens", "emulated");
  const ceiling = request.maxOutputTokens ?? traits.maxOutputTokens ?? assumedOutputTokens;
  const effort = effortOf(reasoning.budgetTokens, ceiling);
  // An effort we chose must be one the vendor takes.
  return nearest(effort, traits.efforts ?? commonEfforts);
}

/** The effort a token budget stands for, of an answer of at most `ceiling` tokens. */
export function effortOf(budget: number, ceiling: number): Effort {
  if (budget < leastBudget) return "minimal";
  const share = budget / ceiling;
  return borders.find(([border]) => share <= border)?.[1] ?? "xhigh";
}

function clamp(effort: Effort, { traits, losses }: EffortContext): Effort {
  let allowed = traits.efforts;
  if (allowed === undefined || allowed.length === 0) return effort;
  if (traits.alwaysReasons === true) allowed = allowed.filter((candidate) => candidate !== "none");
  const chosen = nearest(effort, allowed);
  if (chosen !== effort) losses.add("reasoning_effort", "clamped");
  return chosen;
}

/** The closest of `allowed` on the common scale; the weaker of two that are equally close. */
function nearest(effort: Effort, allowed: readonly Effort[]): Effort {
  const at = efforts.indexOf(effort);
  let best = effort;
  let distance = Number.POSITIVE_INFINITY;
  for (const candidate of allowed) {
    const away = Math.abs(efforts.indexOf(candidate) - at);
    if (away < distance) {
      best = candidate;
      distance = away;
    }
  }
  return best;
}
