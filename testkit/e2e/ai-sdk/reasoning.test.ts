import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateText, isStepCount, type ModelMessage, streamText, tool } from "ai";
import { z } from "zod";
import { type AiWorld, startAiWorld } from "./ai-world.ts";
import { pairs } from "./packages.ts";
import { drain } from "./streamed.ts";

// Reasoning is asked for by the SDK's one scale, and goes back with the transcript: the strict vendors refuse a signature,
// encrypted reasoning or thought signature that was altered, lost or given to another.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

const tools = {
  get_weather: tool({
    description: "The weather in a city",
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => `sunny in ${city}`,
  }),
  get_time: tool({
    description: "The time in a city",
    inputSchema: z.object({ city: z.string() }),
    execute: () => "12:00",
  }),
};

/** What the packages need to show reasoning, of models they do not know too. */
const providerOptions = {
  openai: { forceReasoning: true, store: false, include: ["reasoning.encrypted_content"] },
  azure: { forceReasoning: true, store: false, include: ["reasoning.encrypted_content"] },
  google: { thinkingConfig: { includeThoughts: true } },
};

/** The package reads no reasoning out of Chat Completions; this vendor shows none by that API. */
const hidden = (title: string) =>
  title.includes(".chat") || title === "@ai-sdk/openai-compatible on responses";

describe.each(pairs)("$title", ({ title, package: { model: by }, model }) => {
  test.each([false, true])("three turns with reasoning and calls (stream: %p)", async (stream) => {
    const messages: ModelMessage[] = [];
    const turn = async (content: string) => {
      messages.push({ role: "user", content });
      const options = {
        model: by(model, world.penstock),
        messages,
        tools,
        stopWhen: isStepCount(4),
        reasoning: "high" as const,
        maxOutputTokens: 20_000,
        maxRetries: 0,
        providerOptions,
      };
      const result = stream ? await drain(streamText(options)) : await generateText(options);
      messages.push(...result.responseMessages);
      return result;
    };
    const first = await turn("Call get_weather and get_time for Paris.");
    const second = await turn("Call get_time again.");
    const third = await turn("Call get_weather again.");
    expect([first, second, third].map(({ steps }) => steps.length)).toEqual([2, 2, 2]);
    for (const { steps } of [first, second, third]) {
      for (const { reasoningText } of steps) {
        if (hidden(title)) expect(reasoningText).toBeUndefined();
        else expect(reasoningText).toMatch(/thinking about|simulated reasoning/i);
      }
    }
  });
});

test("a conversation moves from vendor to vendor with its reasoning", async () => {
  for (const { package: provider } of pairs.filter(({ wire }) => wire === "responses")) {
    const messages: ModelMessage[] = [];
    for (const model of [
      "gpt-5.6-terra",
      "claude-opus-4-6",
      "gemini-3-flash-preview",
      "us.anthropic.claude-opus-4-6-v1",
      "deepseek-reasoner",
      "gpt-5.6-terra",
    ]) {
      messages.push({ role: "user", content: "Call get_weather." });
      const { text, responseMessages } = await generateText({
        model: provider.model(model, world.penstock),
        messages,
        tools,
        stopWhen: isStepCount(3),
        reasoning: "low",
        maxOutputTokens: 20_000,
        maxRetries: 0,
        providerOptions,
      });
      expect(text).toContain("sunny in");
      messages.push(...responseMessages);
    }
  }
});
