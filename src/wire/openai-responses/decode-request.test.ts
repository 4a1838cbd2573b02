import { describe, expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import { decodeRequest } from "./decode-request.ts";
import { wrapState } from "./state-envelope.ts";

const user = { role: "user", content: "q" };
const call = { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: "{}" };
const output = { type: "function_call_output", call_id: "call_1", output: "ok" };

function paramOf(body: object): string | undefined {
  try {
    decodeRequest({ model: "m", input: "q", ...body });
  } catch (error) {
    if (error instanceof PenstockError && error.code === "invalid_request") return error.param;
    throw error;
  }
  return "accepted";
}

describe("input", () => {
  test("a string is a user's turn; instructions are a system part", () => {
    expect(decodeRequest({ model: "m", input: "q", instructions: "be brief" })).toMatchObject({
      system: [{ type: "text", text: "be brief", role: "system" }],
      messages: [{ role: "user", parts: [{ type: "text", text: "q" }] }],
    });
  });

  test("items of the model are one turn, results of tools one turn", () => {
    const { messages, system } = decodeRequest({
      model: "m",
      input: [
        { role: "developer", content: [{ type: "input_text", text: "d" }] },
        user,
        { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" },
        {
          type: "message",
          role: "assistant",
          content: [{ type: "output_text", text: "a", annotations: [] }],
        },
        call,
        { ...call, id: "ctc_1", call_id: "call_2", type: "custom_tool_call", input: "free" },
        output,
        {
          type: "custom_tool_call_output",
          call_id: "call_2",
          output: [{ type: "input_image", image_url: "https://a.example/x.png" }],
        },
        { role: "system", content: "later" },
      ],
    });
    expect(system).toEqual([{ type: "text", text: "d", role: "developer" }]);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "system"]);
    expect(messages[1]?.parts).toMatchObject([
      { type: "redacted_thinking", origin: { protocol: "openai-responses" } },
      { type: "text", text: "a" },
      { type: "tool_call", id: "call_1", kind: "function" },
      { type: "tool_call", id: "call_2", kind: "custom", arguments: "free" },
    ]);
    expect(messages[2]?.parts).toMatchObject([
      { toolCallId: "call_1", content: [{ type: "text", text: "ok" }] },
      { toolCallId: "call_2", content: [{ type: "image" }] },
    ]);
  });

  test("images, files and sound", () => {
    const content = [
      { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "low" },
      { type: "input_image", file_id: "file_1" },
      { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,JVBE" },
      { type: "input_file", file_url: "https://a.example/a.pdf" },
      { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
    ];
    const { messages } = decodeRequest({ model: "m", input: [{ role: "user", content }] });
    expect(messages[0]?.parts).toMatchObject([
      { type: "image", source: { kind: "base64", mediaType: "image/png" }, detail: "low" },
      { type: "image", source: { kind: "file-id", fileId: "file_1", protocol: "openai-responses" } },
      { type: "file", source: { kind: "base64", mediaType: "application/pdf" }, filename: "a.pdf" },
      { type: "file", source: { kind: "url", url: "https://a.example/a.pdf" } },
      { type: "audio", format: "wav" },
    ]);
  });

  test("items only this protocol knows are kept whole, on the side they belong to", () => {
    const search = { type: "web_search_call", id: "ws_1", status: "completed" };
    const shot = { type: "computer_call_output", call_id: "c", output: {} };
    const { messages } = decodeRequest({ model: "m", input: [user, search, shot] });
    expect(messages.slice(1)).toEqual([
      {
        role: "assistant",
        parts: [{ type: "opaque", name: "web_search_call", protocol: "openai-responses", value: search }],
      },
      {
        role: "user",
        parts: [{ type: "opaque", name: "computer_call_output", protocol: "openai-responses", value: shot }],
      },
    ]);
  });

  test("what has no neutral word is named, so that it becomes a loss elsewhere", () => {
    const { extra } = decodeRequest({
      model: "m",
      input: [
        user,
        { role: "assistant", phase: "commentary", content: "I look." },
        { type: "reasoning", id: "rs_1", summary: [] },
        user,
      ],
      metadata: {},
      truncation: "disabled",
      include: ["reasoning.encrypted_content"],
      reasoning: { effort: "low", context: "all_turns" },
      max_tool_calls: 3,
      text: { verbosity: "low" },
      tools: [
        { type: "function", name: "f", parameters: {}, strict: true, async: true, defer_loading: false },
      ],
    });
    expect(extra).toEqual({
      "input[1].phase": "commentary",
      "input[2]": "reasoning",
      "reasoning.context": "all_turns",
      max_tool_calls: 3,
      verbosity: "low",
      "tools[0].async": true,
    });
  });
});

describe("tools", () => {
  const fn = { type: "function", name: "f", description: "d", parameters: { type: "object" }, strict: true };

  test("C077: tools the vendor runs stand beside functions", () => {
    const mcp = { type: "mcp", server_label: "s", server_url: "https://a.example" };
    const { tools } = decodeRequest({ model: "m", input: "q", tools: [mcp, fn] });
    expect(tools).toEqual([
      { kind: "vendor", name: "mcp", protocol: "openai-responses", value: mcp },
      { kind: "function", name: "f", description: "d", parameters: { type: "object" }, strict: true },
    ]);
  });

  test.each<[unknown, unknown]>([
    ["required", { mode: "required" }],
    [
      { type: "function", name: "f" },
      { mode: "named", name: "f" },
    ],
    [
      {
        type: "allowed_tools",
        mode: "auto",
        tools: [{ type: "function", name: "f" }, { type: "web_search" }],
      },
      { mode: "allowed", names: ["f", "web_search"], required: false },
    ],
  ])("tool_choice %j", (tool_choice, expected) => {
    const request = decodeRequest({
      model: "m",
      input: "q",
      tools: [fn, { type: "web_search" }],
      tool_choice,
    });
    expect(request.toolChoice).toEqual(expected as NonNullable<typeof request.toolChoice>);
  });

  test("a choice of a tool the vendor runs stays as it is", () => {
    const request = decodeRequest({
      model: "m",
      input: "q",
      tools: [{ type: "web_search" }],
      tool_choice: { type: "web_search" },
    });
    expect(request.toolChoice).toBeUndefined();
    expect(request.extra.tool_choice).toEqual({ type: "web_search" });
  });
});

test.each<[object, string]>([
  [{ input: undefined }, "input"],
  [{ input: [] }, "input"],
  [{ input: [{ role: "user", content: [{ type: "text", text: "q" }] }] }, "input[0].content[0].type"],
  [
    { input: [{ role: "assistant", content: [{ type: "input_text", text: "q" }] }] },
    "input[0].content[0].type",
  ],
  [{ input: [output] }, "input[0].call_id"],
  [{ input: [user, call] }, "input[1].call_id"],
  [{ input: [user, call, call, output] }, "input[2].call_id"],
  [{ input: [{ type: "item_reference", id: "msg_1" }] }, "input[0]"],
  [
    { input: [{ type: "reasoning", summary: [], encrypted_content: "penstock.nobody.t.AA" }] },
    "input[0].encrypted_content",
  ],
  [{ background: true }, "background"],
  [{ max_output_tokens: 0 }, "max_output_tokens"],
  [{ text: { format: { type: "json_schema", name: "x" } } }, "text.format.schema"],
  [{ tools: [{ type: "function", parameters: {} }] }, "tools[0].name"],
  [{ tool_choice: { type: "function", name: "nobody" } }, "tool_choice"],
  [{ stream: "yes" }, "stream"],
])("%j is refused and the field is named", (body, param) => expect(paramOf(body)).toBe(param));

test("with a part of the conversation elsewhere, a result may answer a call that is not here", () => {
  expect(paramOf({ input: [output], previous_response_id: "resp_1" })).toBe("accepted");
});

test("other protocols' reasoning comes out of its envelope as it went in", () => {
  const origin = { protocol: "anthropic-messages" } as const;
  for (const part of [
    { type: "thinking", text: "hm", signature: "s+/=", origin },
    { type: "thinking", text: "", signature: "s", origin },
    { type: "thinking", text: "plain", origin: { protocol: "openai-chat" } },
    { type: "redacted_thinking", data: "Ü/==", origin },
  ] as const) {
    const summary =
      part.type === "thinking" && part.text !== "" ? [{ type: "summary_text", text: part.text }] : [];
    const item = { type: "reasoning", id: "rs_1", summary, encrypted_content: wrapState(part) };
    const { messages } = decodeRequest({
      model: "m",
      input: [user, item, { role: "assistant", content: "a" }],
    });
    expect(messages[1]?.parts[0]).toEqual(part);
  }
});
