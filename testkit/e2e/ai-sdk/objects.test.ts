import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateText, isStepCount, Output, streamText, tool } from "ai";
import { z } from "zod";
import { type AiWorld, startAiWorld } from "./ai-world.ts";
import { pairs } from "./packages.ts";

// Answers bound to a schema: the SDK parses and checks them against it.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

const schema = z.object({
  city: z.string(),
  sunny: z.boolean(),
  people: z.number().int().min(1),
  tags: z.array(z.string()).max(3),
  kind: z.enum(["town", "village"]).nullable(),
  near: z.object({ name: z.string() }),
});
const get_weather = tool({
  description: "The weather in a city",
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => `sunny in ${city}`,
});

describe.each(pairs)("$title", ({ package: { model: by }, model }) => {
  const options = () => ({
    model: by(model, world.penstock),
    prompt: "Describe Paris.",
    maxOutputTokens: 4000,
    maxRetries: 0,
  });

  test("objects, lists and choices", async () => {
    const object = await generateText({ ...options(), output: Output.object({ schema }) });
    expect(schema.parse(object.output)).toEqual(object.output);
    const list = await generateText({ ...options(), output: Output.array({ element: schema }) });
    expect(list.output.length).toBeGreaterThan(0);
    const choice = await generateText({ ...options(), output: Output.choice({ options: ["yes", "no"] }) });
    expect(["yes", "no"]).toContain(choice.output);
  });

  test("an object that is streamed grows to the whole", async () => {
    const failures: unknown[] = [];
    const result = streamText({
      ...options(),
      output: Output.object({ schema }),
      onError: ({ error }) => void failures.push(error),
    });
    const partial = await Array.fromAsync(result.partialOutputStream);
    expect(failures).toEqual([]);
    expect(partial.at(-1)).toEqual(await result.output);
    expect(schema.parse(await result.output)).toHaveProperty("city");
  });

  test("an object after a call of a tool", async () => {
    const { output, steps } = await generateText({
      ...options(),
      tools: { get_weather },
      stopWhen: isStepCount(3),
      output: Output.object({ schema }),
      // By itself the package takes models it does not know for ones that can only call a tool.
      providerOptions: { anthropic: { structuredOutputMode: "outputFormat" } },
    });
    expect(steps).toHaveLength(2);
    expect(schema.parse(output)).toEqual(output);
  });
});
