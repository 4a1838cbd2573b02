import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { FamilyRule } from "../family-rule.ts";

/** Up to 4.5: token budgets, sampling, prefill and forced tools are all taken. */
const budgeted: ModelTraits = {
  maxOutputTokens: 64_000,
  reasoning: "budget",
  sampling: true,
  forcedToolChoice: true,
  prefill: true,
  structuredOutput: false,
  midConversationSystem: false,
};

const adaptive: ModelTraits = {
  maxOutputTokens: 128_000,
  reasoning: "adaptive",
  efforts: ["low", "medium", "high", "xhigh", "max"],
  sampling: false,
  forcedToolChoice: true,
  prefill: false,
  structuredOutput: true,
  midConversationSystem: false,
};

const newest: ModelTraits = {
  ...adaptive,
  alwaysReasons: true,
  forcedToolChoice: false,
  midConversationSystem: true,
};

/**
 * Claude generations, oldest first. Source: Anthropic's model and thinking documentation and the recorded refusals of
 * each generation (budgets, sampling, prefill, forced tool choice), November 2026.
 */
export const claudeFamilies: readonly FamilyRule[] = [
  {
    family: "claude-3",
    match: /^claude-(3-(opus|sonnet|haiku)|2|instant|v1)/,
    traits: { ...budgeted, reasoning: "none", maxOutputTokens: 4_096 },
  },
  {
    family: "claude-3.5",
    match: /^claude-3-5/,
    traits: { ...budgeted, reasoning: "none", maxOutputTokens: 8_192 },
  },
  { family: "claude-3.7", match: /^claude-3-7/, traits: budgeted },
  {
    family: "claude-opus-4.1",
    match: /^claude-opus-4(-[01])?(-\d{8}|@|$)/,
    traits: { ...budgeted, maxOutputTokens: 32_000 },
  },
  { family: "claude-sonnet-4", match: /^claude-sonnet-4(-0)?(-\d{8}|@|$)/, traits: budgeted },
  {
    family: "claude-opus-4.5",
    match: /^claude-opus-4-5/,
    traits: { ...budgeted, structuredOutput: true, efforts: ["low", "medium", "high"] },
  },
  {
    family: "claude-4.5",
    match: /^claude-(sonnet|haiku)-4-5/,
    traits: { ...budgeted, structuredOutput: true },
  },
  {
    family: "claude-4.6",
    match: /^claude-(opus|sonnet)-4-6/,
    traits: { ...adaptive, sampling: true, efforts: ["low", "medium", "high", "max"] },
  },
  { family: "claude-opus-4.7", match: /^claude-opus-4-[78]/, traits: adaptive },
  { family: "claude-5", match: /^claude-(sonnet|opus)-5(-\d{8}|@|$)/, traits: adaptive },
  {
    family: "claude-fable-5",
    match: /^claude-fable-5(-\d{8}|@|$)/,
    traits: { ...adaptive, alwaysReasons: true },
  },
  { family: "claude-haiku-5.5", match: /^claude-haiku-5-5/, traits: adaptive },
  // A model that is not known yet is taken for one of the newest generation: it refuses the least.
  { family: "claude-5.5", match: /^claude-/, traits: newest, contextTokens: 1_000_000 },
];
