import { readFileSync } from "node:fs";
import { join } from "node:path";
import { askWeather, callWeather, clock } from "../conformance/cases/common.ts";
import type { Ask } from "../conformance/model/ask.ts";
import type { ScriptAnswer } from "../conformance/model/script.ts";
import type { WireAdapter } from "../conformance/wires/wire.ts";

/** An answer with a part of every kind that the wire knows. */
function rich(wire: WireAdapter): ScriptAnswer {
  return {
    parts: [
      ...(wire.lacks.thinking === undefined ? [{ thinking: "Überlegung 🙂: first the weather." }] : []),
      ...(wire.lacks["redacted-thinking"] === undefined ? [{ redacted: "hidden" }] : []),
      { text: "Ich schaue nach — «sofort».\n\n" },
      callWeather("Zürich"),
      { call: "call_2", name: "get_time", arguments: '{"city":"Zürich 🙂"}' },
    ],
    stop: "tool_calls",
    usage: { input: 42, cacheRead: 0, cacheWrite: 0, output: 40, reasoning: 0 },
  };
}

/** Answers as the vendors of a wire send them. */
export function sampleAnswers(wire: WireAdapter): readonly ScriptAnswer[] {
  return [rich(wire), { parts: [{ text: "Hello there, you." }], stop: "end" }];
}

/** A vendor's stream in two parts, of which the first alone is no answer. */
export interface SampleStream {
  readonly bytes: Uint8Array;
  /** Bytes that say nothing of the end yet. */
  readonly content: number;
}

const recordings = join(import.meta.dir, "../recordings");

/** Streams as the vendors of a wire send them, scripted and recorded. */
export function sampleStreams(wire: WireAdapter): readonly SampleStream[] {
  const scripted = sampleAnswers(wire).map((answer): SampleStream => {
    const { content, finish, endMark } = wire.stream(answer, true);
    return { bytes: Buffer.concat([content, finish, endMark]), content: content.length };
  });
  const recorded = wire.recordings.map((file): SampleStream => {
    const lines = readFileSync(join(recordings, file), "utf8").split("\n");
    const payloads = lines.filter((line) => line !== "");
    return { bytes: wire.frameRecorded(payloads), content: 0 };
  });
  return [...scripted, ...recorded.filter(({ bytes }) => bytes.length < 64 * 1024)];
}

/** What a client asks, with all that has a place in every dialect. */
export const sampleAsk: Ask = {
  ...askWeather,
  system: [{ text: "You are brief." }],
  tools: [...(askWeather.tools ?? []), clock],
  messages: [
    ...askWeather.messages,
    {
      role: "assistant",
      text: "I look.",
      calls: [{ id: "call_1", name: "get_weather", input: { city: "Bonn" } }],
    },
    { role: "results", results: [{ id: "call_1", parts: [{ text: "rain" }] }] },
  ],
  maxTokens: 4000,
  temperature: 0.5,
};
