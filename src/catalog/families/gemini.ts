import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { FamilyRule } from "../family-rule.ts";

const plain: ModelTraits = {
  maxOutputTokens: 8_192,
  reasoning: "none",
  sampling: true,
  forcedToolChoice: true,
  prefill: true,
  structuredOutput: true,
  structuredOutputWithTools: false,
  midConversationSystem: false,
  mediaByUrl: false,
};

/** 2.5: budgets of tokens, JSON Schema, signatures that are not checked. */
const budgeted: ModelTraits = {
  ...plain,
  maxOutputTokens: 65_536,
  reasoning: "budget",
  mediaByUrl: true,
  reasoningBudget: { min: 0, max: 24_576 },
  schemaDialect: "json-schema",
};

/** 3 and later: levels, checked signatures, an answer's form beside tools, pictures in results. */
const levelled: ModelTraits = {
  ...plain,
  maxOutputTokens: 65_536,
  reasoning: "effort",
  efforts: ["low", "medium", "high"],
  alwaysReasons: true,
  mediaByUrl: true,
  schemaDialect: "json-schema",
  structuredOutputWithTools: true,
  mediaInToolResults: true,
};

/** 4 refuses sampling and prefills besides. */
const newest: ModelTraits = { ...levelled, sampling: false, prefill: false };

/**
 * Gemini generations, oldest first. Source: Google's pages on models, thinking, thought signatures and function calling,
 * and the refusals recorded of each generation, November 2026.
 */
export const geminiFamilies: readonly FamilyRule[] = [
  { family: "embedding", match: /embedding/, traits: { reasoning: "none" } },
  // Open models behind the same API know neither instructions nor tools of their own.
  { family: "gemma", match: /^gemma/, traits: { ...plain, systemPrompt: false, structuredOutput: false } },
  { family: "gemini-1.5", match: /^gemini-1\./, traits: plain },
  { family: "gemini-2.0", match: /^gemini-2\.0/, traits: plain },
  {
    family: "gemini-2.5-pro",
    match: /^gemini-2\.5-pro/,
    traits: { ...budgeted, alwaysReasons: true, reasoningBudget: { min: 128, max: 32_768 } },
  },
  {
    family: "gemini-2.5-flash-lite",
    match: /^gemini-2\.5-flash-lite/,
    traits: { ...budgeted, reasoningBudget: { min: 512, max: 24_576 } },
  },
  { family: "gemini-2.5-flash", match: /^gemini-2\.5/, traits: budgeted },
  // These have no weakest level; neither has whatever `latest` points to.
  { family: "gemini-3.7-flash", match: /^gemini-(3\.[78]-flash|flash-latest)/, traits: levelled },
  {
    family: "gemini-3-flash",
    match: /^gemini-3(\.\d+)?-flash/,
    traits: { ...levelled, efforts: ["minimal", "low", "medium", "high"] },
  },
  { family: "gemini-3-pro", match: /^gemini-3-pro/, traits: { ...levelled, efforts: ["low", "high"] } },
  { family: "gemini-3", match: /^gemini-(3|pro-latest)/, traits: levelled },
  // A model that is not known yet is taken for one of the newest generation: it refuses the least.
  { family: "gemini-4", match: /^gemini-/, traits: newest, contextTokens: 1_048_576 },
];
