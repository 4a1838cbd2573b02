import type { LossList } from "../neutral/loss.ts";
import type { EncodedThinking } from "./encode-thinking.ts";
import { minThinkingBudget, type WireThinking } from "./schema.ts";

/** What decides the length of an answer. */
export interface TokenLimits {
  readonly thinking: EncodedThinking;
  readonly ceiling: number | undefined;
  readonly losses: LossList;
}

/** `max_tokens` and, where the model reasons within a budget, that budget. */
export interface EncodedLimits {
  readonly maxTokens: number;
  readonly thinking?: WireThinking;
}

/** Without the caller's word: enough for an answer, and all the model has when it reasons. */
const defaultMaxTokens = 8192;
const defaultReasoningTokens = 32_000;

/** The API wants `max_tokens` in every request, at most the model's ceiling, and the budget below it. */
export function encodeLimits(asked: number | undefined, limits: TokenLimits): EncodedLimits {
  const { thinking, ceiling = Number.POSITIVE_INFINITY, losses } = limits;
  const { budget } = thinking;
  let maxTokens = asked ?? Math.min(defaultMaxTokens, ceiling);
  if (asked === undefined) {
    losses.add("max_tokens", "defaulted");
    if (thinking.on)
      maxTokens = limits.ceiling ?? Math.max(defaultReasoningTokens, (budget?.tokens ?? 0) + maxTokens);
  } else if (asked > ceiling) {
    maxTokens = ceiling;
    losses.add("max_tokens", "clamped");
  }
  if (thinking.thinking === undefined) return { maxTokens };
  if (budget === undefined) return { maxTokens, thinking: thinking.thinking };
  if (maxTokens <= minThinkingBudget) {
    losses.add("reasoning_effort", "dropped");
    return { maxTokens };
  }
  const wanted = budget.tokens ?? Math.floor(budget.share * maxTokens);
  const tokens = Math.min(Math.max(wanted, minThinkingBudget), maxTokens - 1);
  if (budget.tokens !== undefined && tokens !== budget.tokens) losses.add("reasoning_effort", "clamped");
  const { type, ...rest } = thinking.thinking;
  return { maxTokens, thinking: { type, budget_tokens: tokens, ...rest } };
}
