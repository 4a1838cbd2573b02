import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { Effort } from "../../wire/neutral/request.ts";
import type { FamilyRule } from "../family-rule.ts";

/** What every model since gpt-4o takes. */
const modern: ModelTraits = {
  forcedToolChoice: true,
  prefill: true,
  structuredOutput: true,
  midConversationSystem: true,
};

const plain: ModelTraits = { ...modern, reasoning: "none", sampling: true, maxOutputTokens: 16_384 };

/** Reasoning models refuse sampling while they reason. */
const reasoning: ModelTraits = { ...modern, reasoning: "effort", sampling: false, maxOutputTokens: 128_000 };

/**
 * gpt-5.1 to 5.4 do not reason unless asked, and take sampling as long as they do not. Whether they take it is thus
 * unknown here, and the caller's wish is sent.
 */
function samplingUnlessReasoning(efforts: readonly Effort[]): ModelTraits {
  return { ...modern, reasoning: "effort", maxOutputTokens: 128_000, efforts };
}

const legacy: ModelTraits = { ...plain, structuredOutput: false, maxOutputTokens: 4_096 };

/**
 * GPT and o-series families. Source: OpenAI's API specification and the refusals it documents for each family (effort
 * sets, sampling), November 2026.
 */
export const gptFamilies: readonly FamilyRule[] = [
  { family: "embedding", match: /^text-embedding-/, traits: { reasoning: "none" } },
  {
    family: "gpt-oss",
    match: /gpt-oss/,
    traits: { reasoning: "effort", efforts: ["low", "medium", "high"], alwaysReasons: true, sampling: true },
  },
  { family: "gpt-4o-search", match: /^gpt-4o(-mini)?-search/, traits: { ...plain, sampling: false } },
  { family: "gpt-4o", match: /^(gpt-4o|chatgpt-4o)/, traits: plain },
  { family: "gpt-4.1", match: /^gpt-4\.1/, traits: { ...plain, maxOutputTokens: 32_768 } },
  { family: "gpt-4.5", match: /^gpt-4\.5/, traits: plain },
  { family: "gpt-4-turbo", match: /^gpt-4-(turbo|1106|0125|vision)/, traits: legacy },
  { family: "gpt-4", match: /^gpt-4/, traits: { ...legacy, maxOutputTokens: 8_192 } },
  { family: "gpt-3.5", match: /^gpt-3\.5/, traits: legacy },
  {
    family: "o-series",
    match: /^o\d/,
    traits: {
      ...reasoning,
      efforts: ["low", "medium", "high"],
      alwaysReasons: true,
      maxOutputTokens: 100_000,
    },
  },
  { family: "gpt-5-chat", match: /^gpt-\d+(\.\d+)?(-[a-z]+)*-chat/, traits: plain },
  { family: "gpt-chat", match: /^gpt-(chat|audio|realtime)/, traits: { reasoning: "none" } },
  {
    family: "gpt-5",
    match: /^gpt-5(-|$)/,
    traits: { ...reasoning, efforts: ["minimal", "low", "medium", "high"], alwaysReasons: true },
  },
  {
    family: "gpt-5.1",
    match: /^gpt-5\.1/,
    traits: samplingUnlessReasoning(["none", "low", "medium", "high"]),
  },
  {
    family: "gpt-5.2",
    match: /^gpt-5\.[2-4]/,
    traits: samplingUnlessReasoning(["none", "low", "medium", "high", "xhigh"]),
  },
  {
    family: "gpt-5.5",
    match: /^gpt-5\./,
    traits: { ...reasoning, efforts: ["none", "low", "medium", "high", "xhigh"] },
  },
  {
    family: "gpt-6-astra",
    match: /^gpt-6-astra/,
    traits: { ...reasoning, efforts: ["low", "medium", "high", "xhigh", "max"], alwaysReasons: true },
  },
  {
    family: "gpt-6",
    match: /^gpt-6/,
    traits: { ...reasoning, efforts: ["none", "minimal", "low", "medium", "high", "xhigh", "max"] },
  },
  { family: "gpt-next", match: /^gpt-\d/, traits: reasoning },
];
