import type { PriceTier } from "../../plane/snapshot.ts";
import type { ModelProfile } from "../model-profile.ts";

const free: readonly PriceTier[] = [
  {
    aboveInputTokens: 0,
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    inputAudio: 0,
    outputAudio: 0,
  },
];

/** The id of the playground's model. */
export const playgroundModel = "playground-llm";

/** The id of its model that makes vectors. */
export const playgroundEmbedding = "playground-embed";

/** The simulation takes everything and costs nothing. */
export function playgroundProfile(wireId: string): ModelProfile | undefined {
  if (wireId === playgroundEmbedding) {
    return {
      family: "playground-embed",
      displayName: "Playground embeddings (simulation)",
      contextTokens: 128_000,
      traits: {},
      prices: free,
    };
  }
  if (wireId !== playgroundModel) return undefined;
  return {
    family: "playground",
    displayName: "Playground (simulation)",
    contextTokens: 128_000,
    traits: {
      maxOutputTokens: 16_384,
      reasoning: "effort",
      efforts: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
      sampling: true,
      forcedToolChoice: true,
      prefill: true,
      structuredOutput: true,
      midConversationSystem: true,
    },
    prices: free,
  };
}
