import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { FamilyRule } from "../family-rule.ts";

const plain: ModelTraits = {
  reasoning: "none",
  sampling: true,
  structuredOutput: true,
  toolCallIdLength: 9,
};
/** Reasoning is a switch: `none` or `high`. */
const adjustable: ModelTraits = { ...plain, reasoning: "effort", efforts: ["none", "high"] };

/**
 * Mistral's families. Sources: https://docs.mistral.ai/capabilities/reasoning/adjustable and …/inference/conversations/reasoning,
 * November 2026. Whether Large 4 takes other grades than these, e.g. `none`, is not verified.
 */
export const mistralFamilies: readonly FamilyRule[] = [
  { family: "mistral-embed", match: /-embed/, traits: { reasoning: "none" } },
  {
    family: "mistral-large-4",
    match: /^mistral-large-4/,
    traits: { ...adjustable, efforts: ["low", "medium", "high"] },
  },
  { family: "mistral-medium-3.5", match: /^mistral-medium-(3[-.]5|2604|latest)/, traits: adjustable },
  { family: "mistral-small-4", match: /^mistral-small-(4|2603|latest)/, traits: adjustable },
  // They always reason and have no grades; an effort would be refused.
  { family: "magistral", match: /^magistral/, traits: plain },
  {
    family: "mistral",
    match: /^(open-)?(mistral|mixtral|ministral|codestral|devstral|pixtral|labs-)/,
    traits: plain,
  },
];
