import { z } from "zod";
import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import { wireIdSchema } from "./wire-id-schema.ts";

const flag = z.boolean().exactOptional();

const traits: z.ZodType<ModelTraits> = z.strictObject({
  maxOutputTokens: z.int().positive().exactOptional(),
  reasoning: z.enum(["none", "effort", "adaptive", "budget"]).exactOptional(),
  efforts: z.array(z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"])).exactOptional(),
  reasoningBudget: z.strictObject({ min: z.int().min(0), max: z.int().positive() }).exactOptional(),
  alwaysReasons: flag,
  sampling: flag,
  forcedToolChoice: flag,
  prefill: flag,
  structuredOutput: flag,
  schemaDialect: z.enum(["json-schema", "openapi"]).exactOptional(),
  structuredOutputWithTools: flag,
  mediaInToolResults: flag,
  mediaByUrl: flag,
  systemPrompt: flag,
  midConversationSystem: flag,
  cacheMarkers: flag,
  toolCallIdLength: z.int().min(1).max(64).exactOptional(),
  nativeBody: z
    .enum(["messages", "nova", "chat", "titan-text", "titan-multimodal", "cohere-embed", "nova-embed"])
    .exactOptional(),
  embeddingDimensions: flag,
});

/** The fields of `ModelFacts`, for the schemas of the verbs that take them. */
export const modelFacts = {
  enabled: z.boolean().optional(),
  favorite: z.boolean().optional(),
  kind: z.enum(["chat", "embedding", "other"]).optional(),
  displayName: z.string().trim().min(1).max(200).nullable().optional(),
  baseModel: wireIdSchema.nullable().optional(),
  contextTokens: z.int().positive().max(1_000_000_000).nullable().optional(),
  traits: traits.optional(),
};
