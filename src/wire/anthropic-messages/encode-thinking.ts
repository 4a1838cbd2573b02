import { type Effort, efforts, type NeutralRequest, type Reasoning } from "../neutral/request.ts";
import { isThinking } from "./arrange-turns.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { type WireMessage, type WireThinking, wireEfforts } from "./schema.ts";

/** How a request asks for reasoning. */
export interface EncodedThinking {
  readonly thinking?: Omit<WireThinking, "budget_tokens">;
  /** For `thinking.type` "enabled": the tokens the caller named, or the share of `max_tokens` its effort stands for. */
  readonly budget?: { readonly tokens?: number; readonly share: number };
  readonly effort?: (typeof wireEfforts)[number];
  /** The model will reason, so that sampling is refused. */
  readonly on: boolean;
}

const field = "reasoning_effort";

/** Shares of `max_tokens` that stand for an effort on models with a budget: a convention of translators. */
const shares: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 0,
  low: 0.1,
  medium: 0.3,
  high: 0.6,
  xhigh: 0.9,
  max: 0.95,
};

/** Chooses among the API's three ways to reason by what the model takes; `messages` are already on the wire's terms. */
export function encodeThinking(
  request: NeutralRequest,
  { messages, scope }: { readonly messages: readonly WireMessage[]; readonly scope: EncodeScope },
): EncodedThinking {
  const { traits, losses } = scope;
  const { reasoning } = request;
  const always = traits.alwaysReasons === true;
  if (reasoning === undefined) return { on: always };
  if (reasoning.mode === "disabled" || reasoning.effort === "none") return switchOff(reasoning, scope);
  switch (traits.reasoning ?? formOf(reasoning)) {
    case "none":
      losses.add(field, "dropped");
      return { on: false };
    case "effort":
      return { ...effortOf(reasoning, scope), on: always };
    case "adaptive":
      return {
        thinking: { type: "adaptive", ...display(reasoning) },
        ...effortOf(reasoning, scope),
        on: true,
      };
    case "budget":
      if (callsToolWithoutThinking(messages)) {
        // The API wants an open tool turn to begin with its thinking, and there is none to replay.
        losses.add(field, "dropped");
        return { on: false };
      }
      if (reasoning.budgetTokens === undefined) losses.add(field, "emulated");
      return { thinking: { type: "enabled", ...display(reasoning) }, budget: budgetOf(reasoning), on: true };
  }
}

function switchOff(reasoning: Reasoning, { traits, losses }: EncodeScope): EncodedThinking {
  if (traits.alwaysReasons === true) {
    losses.add(field, "clamped");
    return { effort: nearestEffort("low", traits.efforts), on: true };
  }
  if (traits.reasoning === "none") return { on: false };
  const effort = reasoning.effort === "none" ? undefined : reasoning.effort;
  // Older models have no effort at all, and without reasoning they do not miss it.
  if (effort === undefined || traits.reasoning === "budget") {
    if (effort !== undefined) losses.add(field, "dropped");
    return { thinking: { type: "disabled" }, on: false };
  }
  return { thinking: { type: "disabled" }, effort: clampEffort(effort, { traits, losses }), on: false };
}

/** For a model nothing is known of: the form the caller used; an effort alone reads as the newest models take it. */
function formOf(reasoning: Reasoning): "budget" | "adaptive" {
  return reasoning.mode === "budget" || (reasoning.mode === undefined && reasoning.budgetTokens !== undefined)
    ? "budget"
    : "adaptive";
}

function display({ display }: Reasoning): Pick<WireThinking, "display"> {
  return display === undefined ? {} : { display };
}

function effortOf(reasoning: Reasoning, { traits, losses }: EncodeScope): Pick<EncodedThinking, "effort"> {
  if (reasoning.effort !== undefined) return { effort: clampEffort(reasoning.effort, { traits, losses }) };
  if (reasoning.budgetTokens === undefined) return {};
  losses.add(field, "emulated");
  return {
    effort: nearestEffort(effortOfBudget(reasoning.budgetTokens, traits.maxOutputTokens), traits.efforts),
  };
}

function clampEffort(
  effort: Effort,
  { traits, losses }: Pick<EncodeScope, "traits" | "losses">,
): (typeof wireEfforts)[number] {
  const nearest = nearestEffort(effort, traits.efforts);
  if (nearest !== effort) losses.add(field, "clamped");
  return nearest;
}

/** The nearest effort that API and model take; of two equally near ones the stronger. */
function nearestEffort(
  effort: Effort,
  accepted: readonly Effort[] | undefined,
): (typeof wireEfforts)[number] {
  const wanted = efforts.indexOf(effort);
  const offered = wireEfforts.filter((candidate) => accepted?.includes(candidate) ?? true);
  let best: (typeof wireEfforts)[number] | undefined;
  for (const candidate of offered.length > 0 ? offered : wireEfforts) {
    const distance = Math.abs(efforts.indexOf(candidate) - wanted);
    if (best === undefined || distance <= Math.abs(efforts.indexOf(best) - wanted)) best = candidate;
  }
  return best ?? "low";
}

/** The effort whose share of the answer comes nearest to a budget from above. */
function effortOfBudget(tokens: number, ceiling = 64_000): Effort {
  const share = tokens / ceiling;
  return wireEfforts.find((effort) => share <= shares[effort]) ?? "max";
}

function budgetOf({ budgetTokens, effort }: Reasoning): NonNullable<EncodedThinking["budget"]> {
  return { ...(budgetTokens !== undefined && { tokens: budgetTokens }), share: shares[effort ?? "medium"] };
}

/** Whether the tool turn that is still open lacks its thinking: another vendor made it, or it was made without. */
function callsToolWithoutThinking(messages: readonly WireMessage[]): boolean {
  const caller = messages.at(-2);
  const results = messages.at(-1)?.content[0]?.type === "tool_result";
  const first = caller?.content[0];
  return results && caller?.role === "assistant" && first !== undefined && !isThinking(first);
}
