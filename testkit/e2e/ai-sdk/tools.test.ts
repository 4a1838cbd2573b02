import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateText, isStepCount, streamText, tool } from "ai";
import { z } from "zod";
import { type AiWorld, startAiWorld } from "./ai-world.ts";
import { pairs } from "./packages.ts";
import { drain } from "./streamed.ts";

// The SDK runs the tools itself and asks again: calls, results and reasoning travel there and back in every step.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

const inputSchema = z.object({ city: z.string() });
const tools = {
  get_weather: tool({
    description: "The weather in a city",
    inputSchema,
    execute: ({ city }) => `sunny in ${city}`,
  }),
  get_time: tool({
    description: "The time in a city",
    inputSchema: inputSchema.extend({ zone: z.string().optional() }),
    execute: ({ city }) => ({ time: "12:00", city }),
  }),
  broken: tool({
    description: "Fails",
    inputSchema,
    execute: (): string => {
      throw new Error("out of order");
    },
  }),
};

interface Step {
  readonly toolCalls: readonly {
    readonly toolName: string;
    readonly toolCallId: string;
    readonly input: unknown;
  }[];
  readonly finishReason: string;
}

describe.each(pairs)("$title", ({ package: { model: by }, model }) => {
  const options = () => ({
    model: by(model, world.penstock),
    tools,
    stopWhen: isStepCount(4),
    maxOutputTokens: 6000,
    maxRetries: 0,
  });
  const several = "Call get_weather and get_time for Paris.";

  /** Two calls at once, then an answer that has seen both results. */
  function expectTwoSteps(steps: readonly Step[], text: string): void {
    const [first, last] = steps;
    expect(steps).toHaveLength(2);
    expect(first?.toolCalls.map(({ toolName }) => toolName)).toEqual(["get_weather", "get_time"]);
    expect(new Set(first?.toolCalls.map(({ toolCallId }) => toolCallId)).size).toBe(2);
    for (const { input } of first?.toolCalls ?? []) expect(input).toHaveProperty("city");
    expect([first?.finishReason, last?.finishReason]).toEqual(["tool-calls", "stop"]);
    expect(text).toContain("12:00");
  }

  test("parallel calls are run, and their results answered, whole and streamed", async () => {
    const whole = await generateText({ ...options(), prompt: several });
    expectTwoSteps(whole.steps, whole.text);
    const streamed = await drain(streamText({ ...options(), prompt: several }));
    expectTwoSteps(streamed.steps, streamed.text);
  });

  test("three turns, calls in each, with the whole transcript sent back", async () => {
    const messages = [{ role: "user" as const, content: several }];
    const first = await generateText({ ...options(), messages });
    const second = await drain(
      streamText({
        ...options(),
        messages: [...messages, ...first.responseMessages, { role: "user", content: "Again: get_time." }],
      }),
    );
    expect(second.steps.map(({ toolCalls }) => toolCalls.length)).toEqual([1, 0]);
    const third = await generateText({
      ...options(),
      messages: [
        ...messages,
        ...first.responseMessages,
        { role: "user", content: "Again: get_time." },
        ...second.responseMessages,
        { role: "user", content: "And broken?" },
      ],
    });
    expect(third.text).toContain("out of order");
  });

  test("a named tool is called, and none when none may be", async () => {
    const { toolCalls } = await generateText({
      ...options(),
      stopWhen: isStepCount(1),
      prompt: "Paris?",
      toolChoice: { type: "tool", toolName: "get_time" },
    });
    expect(toolCalls.map(({ toolName }) => toolName)).toEqual(["get_time"]);
    const { text, steps } = await generateText({ ...options(), prompt: several, toolChoice: "none" });
    expect(steps).toHaveLength(1);
    expect(text).toContain("get_weather");
  });
});
