import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { NeutralEvent } from "../wire/neutral/event.ts";
import type { Message, NeutralRequest, Tool } from "../wire/neutral/request.ts";
import type { DriverContext } from "./driver.ts";
import playground from "./playground.ts";

const nowhere: DriverContext = { baseUrl: "", credential: {}, options: {} };

function request(change: Partial<NeutralRequest> = {}): NeutralRequest {
  return {
    model: "playground-llm",
    system: [],
    messages: [said("Hello, world")],
    tools: [],
    stop: [],
    stream: true,
    includeUsage: false,
    extra: {},
    ...change,
  };
}

const said = (text: string): Message => ({ role: "user", parts: [{ type: "text", text }] });

const weather: Tool = {
  kind: "function",
  name: "get_weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const clock: Tool = { kind: "function", name: "get_time" };

async function run(change: Partial<NeutralRequest> = {}, signal = new AbortController().signal) {
  const events: NeutralEvent[] = [];
  const stream = playground.respond?.(request(change), {
    requestId: "req_1",
    created: 1_700_000_000,
    signal,
  });
  for await (const event of stream ?? []) events.push(event);
  return events;
}

function textOf(
  events: readonly NeutralEvent[],
  type: "text-delta" | "thinking-delta" | "arguments-delta" = "text-delta",
) {
  return events.map((event) => (event.type === type ? event.text : "")).join("");
}

const callsOf = (events: readonly NeutralEvent[]) =>
  events.flatMap((event) =>
    event.type === "part-start" && event.part.type === "tool_call" ? [event.part.name] : [],
  );

describe("the playground as a provider", () => {
  test("is always there, free of charge and configuration", async () => {
    expect(playground.misconfigured(nowhere)).toBeUndefined();
    const { signal } = new AbortController();
    const offline = () => Promise.reject(new Error("the playground has no network"));
    expect(await playground.probe(nowhere, offline, signal)).toEqual({ status: "valid", models: 2 });
    const [model] = await playground.discover(nowhere, offline, signal);
    expect(model).toMatchObject({ id: "playground-llm", kind: "chat" });
    expect(() => playground.prepare(nowhere, "openai-chat")).toThrow("not supported");
  });
});

describe("an answer of the playground", () => {
  test("says that it is a simulation, and says back what it was told", async () => {
    const text = textOf(await run());
    expect(text).toContain("Simulation");
    expect(text).toContain("Hello, world");
  });

  test("comes in small deltas and keeps the order of a stream", async () => {
    const events = await run({ reasoning: { effort: "low" } });
    expect(events[0]).toMatchObject({ type: "start", model: "playground-llm", created: 1_700_000_000 });
    expect(events.at(-2)?.type).toBe("usage");
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
    const deltas = events.filter((event) => event.type === "text-delta");
    expect(deltas.length).toBeGreaterThan(5);
    const starts = events.flatMap((event) => (event.type === "part-start" ? [event.index] : []));
    const ends = events.flatMap((event) => (event.type === "part-end" ? [event.index] : []));
    expect([starts, ends]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  test("is the same for the same request, streamed or not, and another for another", async () => {
    const first = await run({ tools: [weather], reasoning: { effort: "high" } });
    expect(await run({ tools: [weather], reasoning: { effort: "high" }, stream: false })).toEqual(first);
    const [a, b] = [await run({ messages: [said("a")] }), await run({ messages: [said("b")] })];
    expect(a[0]).not.toEqual(b[0]);
  });

  test("never cuts a character in two", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.integer({ min: 1, max: 60 }),
        async (text, max) => {
          for (const event of await run({ messages: [said(text)], maxOutputTokens: max })) {
            if (event.type === "text-delta" && text.isWellFormed())
              expect(event.text.isWellFormed()).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("ends when nobody listens any more", async () => {
    const abort = new AbortController();
    const stream = playground.respond?.(request({ messages: [said("x".repeat(5000))] }), {
      requestId: "req_1",
      created: 0,
      signal: abort.signal,
    });
    let seen = 0;
    for await (const _ of stream ?? []) if (++seen === 10) abort.abort();
    expect(seen).toBe(10);
  });
});

describe("limits", () => {
  test("the output never exceeds the limit and says so when it was cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        fc.boolean(),
        async (max, thinks, calls) => {
          const events = await run({
            maxOutputTokens: max,
            ...(thinks && { reasoning: { effort: "low" } }),
            tools: calls ? [weather] : [],
          });
          const usage = events.find((event) => event.type === "usage");
          expect(usage?.usage.output).toBeLessThanOrEqual(max);
          expect(usage?.usage.reasoning).toBeLessThanOrEqual(usage?.usage.output ?? 0);
          const whole = await run({
            ...(thinks && { reasoning: { effort: "low" } }),
            tools: calls ? [weather] : [],
          });
          const needed = whole.find((event) => event.type === "usage")?.usage.output ?? 0;
          expect(events.at(-1)).toMatchObject({
            reason: max < needed ? "max_tokens" : calls ? "tool_calls" : "stop",
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  test("a stop sequence ends the text before it", async () => {
    const events = await run({ messages: [said("one STOP two")], stop: ["nowhere", "STOP"] });
    expect(textOf(events)).toEndWith("one ");
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop_sequence", stopSequence: "STOP" });
  });

  test("usage counts the prompt as count_tokens does", async () => {
    const usage = (await run({ tools: [weather], toolChoice: { mode: "none" } })).find(
      (event) => event.type === "usage",
    );
    expect(usage?.usage.input).toBe(playground.countTokens?.(request({ tools: [weather] })));
    const long = playground.countTokens?.(request({ messages: [said("x".repeat(4000))] })) ?? 0;
    expect(long).toBeGreaterThan(1000);
  });
});

describe("tools", () => {
  test("the first one is called, with arguments of its schema", async () => {
    const events = await run({ tools: [weather, clock] });
    expect(callsOf(events)).toEqual(["get_weather"]);
    expect(JSON.parse(textOf(events, "arguments-delta"))).toEqual({ city: "city" });
    expect(events.at(-1)).toEqual({ type: "finish", reason: "tool_calls" });
  });

  test.each<[string, Partial<NeutralRequest>, string[]]>([
    ["the one the user names", { messages: [said("Please get time!")] }, ["get_time"]],
    [
      "both when both are named",
      { messages: [said("get_weather and get_time")] },
      ["get_weather", "get_time"],
    ],
    [
      "one at a time when asked",
      { messages: [said("get_weather get_time")], parallelToolCalls: false },
      ["get_weather"],
    ],
    ["the chosen one", { toolChoice: { mode: "named", name: "get_time" } }, ["get_time"]],
    [
      "an allowed one",
      { toolChoice: { mode: "allowed", names: ["get_time"], required: true } },
      ["get_time"],
    ],
    ["none when none is wanted", { toolChoice: { mode: "none" } }, []],
    ["no word inside another", { messages: [said("forget timer")] }, ["get_weather"]],
  ])("%s", async (_, change, names) => {
    expect(callsOf(await run({ tools: [weather, clock], ...change }))).toEqual(names);
  });

  test("a custom tool gets free text; a vendor's own tool is nobody's to call", async () => {
    const custom = await run({ tools: [{ kind: "custom", name: "shell" }] });
    expect(textOf(custom, "arguments-delta")).toBe("Hello, world");
    const vendor: Tool = { kind: "vendor", name: "web_search", protocol: "anthropic-messages", value: {} };
    expect(callsOf(await run({ tools: [vendor] }))).toEqual([]);
  });

  test("results are quoted in the answer", async () => {
    const call = {
      type: "tool_call",
      id: "c1",
      name: "get_weather",
      arguments: "{}",
      kind: "function",
    } as const;
    const result = {
      type: "tool_result",
      toolCallId: "c1",
      content: [{ type: "text", text: "sunny" }],
      isError: false,
    } as const;
    const events = await run({
      tools: [weather],
      messages: [said("Weather?"), { role: "assistant", parts: [call] }, { role: "tool", parts: [result] }],
    });
    expect(textOf(events)).toContain("get_weather: “sunny”");
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });
});

describe("reasoning and structured output", () => {
  test.each<[Partial<NeutralRequest>, boolean]>([
    [{ reasoning: { effort: "low" } }, true],
    [{ reasoning: { mode: "adaptive" } }, true],
    [{ reasoning: { mode: "budget", budgetTokens: 2000 } }, true],
    [{ reasoning: { mode: "disabled", effort: "high" } }, false],
    [{ reasoning: { effort: "none" } }, false],
    [{}, false],
  ])("%j thinks: %p", async (change, thinks) => {
    const events = await run(change);
    expect(textOf(events, "thinking-delta").includes("Simulated reasoning")).toBe(thinks);
    expect(events.some((event) => event.type === "signature")).toBe(thinks);
    const usage = events.find((event) => event.type === "usage");
    expect((usage?.usage.reasoning ?? 0) > 0).toBe(thinks);
  });

  test("omitted thinking has a signature and no text", async () => {
    const events = await run({ reasoning: { effort: "low", display: "omitted" } });
    expect(textOf(events, "thinking-delta")).toBe("");
    expect(events.some((event) => event.type === "signature")).toBe(true);
  });

  test("an answer by schema is JSON of that schema, and JSON mode is JSON", async () => {
    const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
    const byFormat = (outputFormat: NonNullable<NeutralRequest["outputFormat"]>) => run({ outputFormat });
    expect(JSON.parse(textOf(await byFormat({ type: "json_schema", schema })))).toEqual({ n: 1 });
    expect(JSON.parse(textOf(await byFormat({ type: "json_object" })))).toMatchObject({ simulation: true });
  });
});
