import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateText, streamText } from "ai";
import { type AiWorld, startAiWorld } from "./ai-world.ts";
import { pairs } from "./packages.ts";
import { drain } from "./streamed.ts";

// The Vercel SDK by every provider package on every wire: only base URL and key are set.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

describe.each(pairs)("$title", ({ package: { model: by }, model, wire }) => {
  const ask = () => ({
    model: by(model, world.penstock),
    instructions: "You are of few words.",
    prompt: "Hello, world.",
    maxOutputTokens: 3000,
    maxRetries: 0,
  });

  test("an answer, whole and streamed: text, finish reason and usage", async () => {
    const whole = await generateText(ask());
    expect(whole.text).toContain(wire === "in-process" ? "“Hello, world.”" : "You said: Hello, world.");
    expect(whole.finishReason).toBe("stop");
    const streamed = await drain(streamText(ask()));
    expect(streamed.text).toBe(whole.text);
    expect(streamed.finishReason).toBe("stop");
    for (const { usage } of [whole, streamed]) {
      const { noCacheTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage.inputTokenDetails;
      expect(noCacheTokens).toBeGreaterThan(0);
      expect(usage.inputTokens).toBe(noCacheTokens + cacheReadTokens + cacheWriteTokens);
      expect(usage.outputTokens).toBeGreaterThan(0);
    }
    // The vendors answer the same, so they count the same.
    expect(streamed.usage.inputTokens).toBe(whole.usage.inputTokens);
    expect(streamed.usage.outputTokens).toBe(whole.usage.outputTokens);
  });

  test("an answer that reaches its limit ends for its length", async () => {
    const long = { ...ask(), prompt: "Tell me a long story. ".repeat(60), maxOutputTokens: 100 };
    expect((await generateText(long)).finishReason).toBe("length");
    expect((await drain(streamText(long))).finishReason).toBe("length");
  });

  test("a conversation goes on", async () => {
    const { responseMessages } = await generateText(ask());
    const { text } = await generateText({
      model: by(model, world.penstock),
      messages: [
        { role: "user", content: "Hello, world." },
        ...responseMessages,
        {
          role: "user",
          content: [
            { type: "text", text: "And " },
            { type: "text", text: "now?" },
          ],
        },
      ],
      maxRetries: 0,
    });
    expect(text).toMatch(/And \n*now\?/);
  });
});
