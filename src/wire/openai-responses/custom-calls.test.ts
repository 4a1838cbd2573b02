import { describe, expect, test } from "bun:test";
import type { NeutralEvent } from "../neutral/event.ts";
import { noUsage } from "../neutral/usage.ts";
import { encodeResponse } from "./encode-response.ts";
import { ResponsesStreamEncoder } from "./encode-stream.ts";

const context = {
  requestId: "req_1",
  created: 1,
  model: "m",
  includeUsage: true,
  echo: {
    tools: [
      { type: "custom", name: "apply" },
      { type: "function", name: "find", parameters: {} },
    ],
  },
};
const called = (name: string, args: string) =>
  ({ type: "tool_call", id: "call_1", name, arguments: args, kind: "function" }) as const;

function outputOf(name: string, args: string): unknown {
  const response = { id: "", model: "m", parts: [called(name, args)], usage: noUsage };
  const whole = JSON.parse(encodeResponse({ ...response, stopReason: "tool_calls" }, context)).output;
  const { arguments: _, ...part } = called(name, args);
  const pieces = args.match(/.{1,3}/gs) ?? [];
  const events: NeutralEvent[] = [
    { type: "part-start", index: 0, part },
    ...pieces.map((text) => ({ type: "arguments-delta", index: 0, text }) as const),
    { type: "part-end", index: 0 },
    { type: "finish", reason: "tool_calls" },
  ];
  const encoder = new ResponsesStreamEncoder(context);
  const streamed = events.map((event) => encoder.encode(event)).join("");
  const last = streamed.trimEnd().split("\ndata: ").at(-1) ?? "";
  expect(JSON.parse(last).response.output).toEqual(whole);
  return whole;
}

describe("a call of the function that stood in for a free-text tool", () => {
  test("is the call of the tool, with its text, whole and streamed", () => {
    expect(outputOf("apply", '{"input":"*** \\"x\\"\\n🙂"}')).toEqual([
      {
        id: "ctc_1_0",
        type: "custom_tool_call",
        status: "completed",
        call_id: "call_1",
        name: "apply",
        input: '*** "x"\n🙂',
      },
    ]);
  });

  test.each(["plain words", '{"patch":"x"}', '"x"', '{"input":1}'])(
    "with arguments of another shape, %s, has them for its text",
    (args) => {
      expect(outputOf("apply", args)).toMatchObject([{ type: "custom_tool_call", input: args }]);
    },
  );

  test("does not touch calls of the caller's functions", () => {
    expect(outputOf("find", '{"input":"x"}')).toMatchObject([
      { type: "function_call", name: "find", arguments: '{"input":"x"}' },
    ]);
  });
});
