import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateText } from "ai";
import { type AiWorld, modelOn, startAiWorld } from "./ai-world.ts";
import { packages } from "./packages.ts";

// The vendor says what it counted and why it stopped; the SDK tells the same, whatever dialects lie between.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

type Ending = "stop" | "content-filter";

/** 100 tokens of input, 60 of them read from the cache, 20 of output, 5 of them reasoning. */
const answers = {
  chat: (ending: Ending) => ({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Done." },
        finish_reason: ending === "stop" ? "stop" : "content_filter",
      },
    ],
    usage: {
      prompt_tokens: 100,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens: 20,
      completion_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 120,
    },
  }),
  messages: (ending: Ending) => ({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text: "Done." }],
    stop_reason: ending === "stop" ? "end_turn" : "refusal",
    stop_sequence: null,
    usage: {
      input_tokens: 40,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 60,
      output_tokens: 20,
      output_tokens_details: { thinking_tokens: 5 },
    },
  }),
  gemini: (ending: Ending) => ({
    responseId: "r1",
    modelVersion: "m",
    candidates: [
      {
        index: 0,
        content: { role: "model", parts: [{ text: "Done." }] },
        finishReason: ending === "stop" ? "STOP" : "SAFETY",
      },
    ],
    usageMetadata: {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 15,
      thoughtsTokenCount: 5,
      totalTokenCount: 120,
    },
  }),
};
const wires = ["chat", "messages", "gemini"] as const;

describe.each(
  packages.flatMap((provider) =>
    wires.map((wire) => ({ title: `${provider.name} on ${wire}`, package: provider, wire })),
  ),
)("$title", ({ package: { model: by }, wire }) => {
  test.each(["stop", "content-filter"] as const)(
    "an answer that ends by %s, and its usage",
    async (ending) => {
      world.vendor(wire).reply({ json: answers[wire](ending) });
      const { usage, finishReason, text } = await generateText({
        model: by(modelOn[wire], world.penstock),
        prompt: "Hello",
        maxRetries: 0,
      });
      expect(finishReason).toBe(ending);
      if (ending === "stop") expect(text).toBe("Done.");
      expect(usage.inputTokens).toBe(100);
      expect(usage.inputTokenDetails).toMatchObject({ noCacheTokens: 40, cacheReadTokens: 60 });
      expect(usage.outputTokens).toBe(20);
      expect(usage.outputTokenDetails.reasoningTokens).toBe(5);
    },
  );
});
