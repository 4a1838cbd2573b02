import type { FamilyRule } from "../family-rule.ts";

/**
 * Meta's Muse models. Sources: https://www.promptfoo.dev/docs/providers/meta and https://docs.litellm.ai/docs/providers/meta,
 * November 2026: reasoning cannot be switched off, no choice of tools but `auto`.
 */
export const museFamilies: readonly FamilyRule[] = [
  {
    family: "muse",
    match: /^muse-/,
    contextTokens: 1_048_576,
    traits: {
      maxOutputTokens: 131_072,
      reasoning: "effort",
      efforts: ["minimal", "low", "medium", "high", "xhigh"],
      alwaysReasons: true,
      sampling: true,
      forcedToolChoice: false,
      structuredOutput: true,
    },
  },
];
