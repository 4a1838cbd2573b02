import type { Ask, AskTool, AskTurn } from "../model/ask.ts";
import { user } from "../model/ask.ts";
import type { ScriptAnswer, ScriptCall } from "../model/script.ts";

/** The tool most cases offer. */
export const weather: AskTool = {
  name: "get_weather",
  description: "The weather in a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string", description: "City name" } },
    required: ["city"],
    additionalProperties: false,
  },
};

/** A second tool. */
export const clock: AskTool = {
  name: "get_time",
  description: "The time in a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};

export const hello: Ask = { messages: [user("Hello")] };
export const askWeather: Ask = { messages: [user("What is the weather in Paris?")], tools: [weather] };

/** A plain answer. */
export function says(text: string, more: Partial<ScriptAnswer> = {}): ScriptAnswer {
  return { parts: [{ text }], stop: "end", ...more };
}

/** A call of the weather tool. */
export function callWeather(city = "Paris", id = "call_weather_1"): ScriptCall {
  return { call: id, name: "get_weather", arguments: JSON.stringify({ city }) };
}

/** The turn before a tool's result, as a client that never saw it would write it. */
export function calledWeather(...ids: readonly string[]): AskTurn {
  return {
    role: "assistant",
    calls: ids.map((id, i) => ({
      id,
      name: "get_weather",
      input: { city: ["Paris", "Oslo", "Rome"][i] ?? "Bern" },
    })),
  };
}

/** The first tool's name in a request without a history, in whatever shape the wire has. */
export function nameOfFirstTool(body: unknown): string {
  return /"name":"([^"]+)"/.exec(JSON.stringify(body) ?? "")?.[1] ?? "";
}

/** A 1 × 1 PNG, in base64. */
export const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
