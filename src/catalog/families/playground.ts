import type { ModelProfile } from "../model-profile.ts";

/** The id of the playground's model. */
export const playgroundModel = "playground-llm";

/** The simulation takes everything and costs nothing. */
export function playgroundProfile(wireId: string): ModelProfile | undefined {
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
    prices: [
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
    ],
  };
}
