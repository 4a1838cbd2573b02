import type { FamilyRule } from "../family-rule.ts";

/**
 * Microsoft's own models. Source: "Use MAI-Thinking" and "Use MAI models" in Microsoft Foundry's documentation, November
 * 2026; what these pages do not name is taken for refused.
 */
export const maiFamilies: readonly FamilyRule[] = [
  {
    family: "mai-thinking",
    match: /^mai-thinking/i,
    contextTokens: 256_000,
    traits: {
      maxOutputTokens: 65_536,
      reasoning: "none",
      alwaysReasons: true,
      sampling: false,
      forcedToolChoice: false,
      structuredOutput: false,
    },
  },
  { family: "mai-ds-r1", match: /^mai-ds-r1/i, contextTokens: 163_840, traits: { alwaysReasons: true } },
];
