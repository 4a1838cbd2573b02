import { z } from "zod";
import type { ModelTraits } from "../../wire/neutral/model-traits.ts";

const traits = z
  .strictObject({
    maxOutputTokens: z.int().positive().optional(),
    reasoning: z.enum(["none", "effort", "adaptive", "budget"]).optional(),
    efforts: z.array(z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"])).optional(),
    alwaysReasons: z.boolean().optional(),
    sampling: z.boolean().optional(),
    forcedToolChoice: z.boolean().optional(),
    prefill: z.boolean().optional(),
    structuredOutput: z.boolean().optional(),
    midConversationSystem: z.boolean().optional(),
  })
  .transform((value): ModelTraits => JSON.parse(JSON.stringify(value)));

/** The fields of `ModelFacts`, for the schemas of the verbs that take them. */
export const modelFacts = {
  enabled: z.boolean().optional(),
  kind: z.enum(["chat", "embedding", "other"]).optional(),
  displayName: z.string().trim().min(1).max(200).nullable().optional(),
  contextTokens: z.int().positive().max(1_000_000_000).nullable().optional(),
  traits: traits.optional(),
};
