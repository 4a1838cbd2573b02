import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { FamilyRule } from "../family-rule.ts";
import { claudeFamilies } from "./claude.ts";

/** What models without features of their own on the platform have in common. */
const plain: ModelTraits = {
  reasoning: "none",
  cacheMarkers: false,
  midConversationSystem: false,
};

const nova: ModelTraits = {
  nativeBody: "nova",
  reasoning: "none",
  sampling: true,
  forcedToolChoice: true,
  structuredOutput: false,
  midConversationSystem: false,
  maxOutputTokens: 10_000,
};

const embedding = (nativeBody: NonNullable<ModelTraits["nativeBody"]>): ModelTraits => ({
  reasoning: "none",
  nativeBody,
});

const hosted = (rule: FamilyRule): FamilyRule => ({
  ...rule,
  traits: { ...rule.traits, nativeBody: "messages" },
});

/** Structured output came to the platform for all generations since 4.5 but this one. */
const exceptions: readonly FamilyRule[] = claudeFamilies
  .filter(({ family }) => family === "claude-5.5")
  .map((rule) => ({
    ...hosted(rule),
    family: "claude-sonnet-5.5",
    match: /^claude-sonnet-5-5/,
    traits: { ...rule.traits, nativeBody: "messages", structuredOutput: false },
  }));

/**
 * Families of the models the platform hosts, by their ids as `bedrockId` leaves them. Source: Amazon Bedrock user guide,
 * "Supported models and model features", "Prompt caching", "Structured outputs", November 2026.
 */
export const bedrockFamilies: readonly FamilyRule[] = [
  {
    family: "titan-text-1",
    match: /^titan-embed-g1-text/,
    traits: { ...embedding("titan-text"), embeddingDimensions: false },
  },
  { family: "titan-text", match: /^titan-embed-text/, traits: embedding("titan-text") },
  { family: "titan-multimodal", match: /^titan-embed-image/, traits: embedding("titan-multimodal") },
  {
    family: "cohere-embed-3",
    match: /^embed-(english|multilingual)/,
    traits: { ...embedding("cohere-embed"), embeddingDimensions: false },
  },
  { family: "cohere-embed", match: /^embed-/, traits: embedding("cohere-embed") },
  { family: "nova-embed", match: /^nova-.*embed/, traits: embedding("nova-embed") },
  { family: "embedding", match: /embed/, traits: { reasoning: "none" } },
  ...exceptions,
  ...claudeFamilies.map(hosted),
  {
    family: "nova-2",
    match: /^nova-2-/,
    traits: {
      ...nova,
      reasoning: "effort",
      efforts: ["none", "low", "medium", "high"],
      maxOutputTokens: 65_536,
    },
  },
  { family: "nova-premier", match: /^nova-premier/, traits: { ...nova, maxOutputTokens: 32_000 } },
  { family: "nova", match: /^nova-(micro|lite|pro)/, traits: nova },
  {
    family: "gpt-oss",
    match: /^gpt-oss/,
    traits: {
      ...plain,
      nativeBody: "chat",
      reasoning: "effort",
      efforts: ["low", "medium", "high"],
      alwaysReasons: true,
    },
  },
  {
    family: "llama",
    match: /^llama/,
    traits: { ...plain, forcedToolChoice: false, structuredOutput: false },
  },
  {
    family: "mistral",
    match: /^(mistral|mixtral|ministral|pixtral|magistral|devstral)/,
    traits: { ...plain, toolCallIdLength: 9 },
  },
  {
    family: "deepseek-r1",
    match: /^r1/,
    traits: { ...plain, forcedToolChoice: false, structuredOutput: false },
  },
  { family: "titan", match: /^titan/, traits: { ...plain, structuredOutput: false } },
  {
    family: "hosted",
    match: /^(v3|qwen|kimi|minimax|glm|gemma|nemotron|jamba|command|palmyra|grok)/,
    traits: plain,
  },
];

/** Regions whose profiles carry their name in front of the model's. */
const regions = /^(us-gov|us|eu|apac|jp|au|ca|sa|me|af|il|global)\./;

/** A platform's id without what only says where it runs and which revision it is: ARN, region, maker, version. */
export function bedrockId(wireId: string): string {
  const id = wireId.replace(/^arn:[^/]*\//, "").replace(regions, "");
  const model = id.slice(id.indexOf(".") + 1);
  return model.replace(/(?<=[a-z0-9]-.*)-v?\d+(:\d+)?(:\w+)?$/, (suffix) =>
    /v|:/.test(suffix) ? "" : suffix,
  );
}
