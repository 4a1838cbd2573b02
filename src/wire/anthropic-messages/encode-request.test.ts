import { describe, expect, test } from "bun:test";
import { type Loss, LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import { encodeRequest } from "./encode-request.ts";
import type { MessagesBody } from "./schema.ts";

const hello: NeutralRequest = {
  model: "caller's",
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
  tools: [],
  maxOutputTokens: 1000,
  stop: [],
  stream: false,
  includeUsage: false,
  extra: {},
};

interface Encoded {
  readonly body: MessagesBody & { readonly model: string };
  readonly losses: readonly string[];
}

type Fields = { [K in keyof NeutralRequest]?: NeutralRequest[K] | undefined };

function encode(request: Fields, traits: ModelTraits = {}): Encoded {
  const losses = new LossList();
  const text = encodeRequest({ ...hello, ...request } as NeutralRequest, {
    model: "claude-x",
    traits,
    quirks: {},
    losses,
  });
  return {
    body: JSON.parse(text),
    losses: losses.toArray().map(({ field, action }: Loss) => `${field};${action}`),
  };
}

const text = (value: string) => ({ type: "text", text: value }) as const;
const user = (...parts: string[]): Message => ({ role: "user", parts: parts.map(text) });
const assistant = (...parts: string[]): Message => ({ role: "assistant", parts: parts.map(text) });
const call = (id: string, args = "{}") =>
  ({ type: "tool_call", id, name: "f", arguments: args, kind: "function" }) as const;
const answer = (toolCallId: string, value = "ok") =>
  ({ type: "tool_result", toolCallId, content: [text(value)], isError: false }) as const;
const tool = (name: string) => ({ kind: "function", name }) as const;

test("a minimal request has nothing added and loses nothing", () => {
  expect(encode({})).toEqual({
    body: {
      model: "claude-x",
      max_tokens: 1000,
      messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
    },
    losses: [],
  });
});

test("C079: equal requests give equal bytes", () => {
  const request = () => ({ ...hello, tools: [tool("b"), tool("a")], temperature: 0.3 });
  const options = () => ({ model: "m", traits: {}, quirks: {}, losses: new LossList() });
  expect(encodeRequest(request(), options())).toBe(encodeRequest(request(), options()));
});

describe("turns", () => {
  test("C065: results of parallel calls share one user turn with what the user says, results first", () => {
    const { body, losses } = encode({
      tools: [tool("f")],
      messages: [
        user("go"),
        { role: "assistant", parts: [call("a"), call("b")] },
        { role: "tool", parts: [answer("a")] },
        { role: "tool", parts: [{ ...answer("b"), isError: true }] },
        user("well?"),
      ],
    });
    expect(body.messages).toEqual([
      { role: "user", content: [text("go")] },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "a", name: "f", input: {} },
          { type: "tool_use", id: "b", name: "f", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "a", content: [text("ok")] },
          { type: "tool_result", tool_use_id: "b", content: [text("ok")], is_error: true },
          text("well?"),
        ],
      },
    ]);
    expect(losses).toEqual([]);
  });

  test("C067: empty turns vanish and their neighbours become one", () => {
    const { body, losses } = encode({
      messages: [user("a"), assistant(""), user("b"), assistant("c"), assistant("d"), user("e")],
    });
    expect(body.messages).toEqual([
      { role: "user", content: [text("a"), text("b")] },
      { role: "assistant", content: [text("c"), text("d")] },
      { role: "user", content: [text("e")] },
    ]);
    expect(losses).toEqual([]);
  });

  test("C070: system and developer texts keep their order at the top; later ones stay in their place", () => {
    const request = {
      system: [
        { ...text("one"), role: "system" },
        { ...text("two"), role: "developer" },
      ] as const,
      messages: [
        user("a"),
        { role: "system", authority: "developer", parts: [text("mind")] },
        user("b"),
      ] as const,
    };
    const folded = encode(request);
    expect(folded.body.system).toEqual([text("one"), text("two")]);
    expect(folded.body.messages).toEqual([
      { role: "user", content: [text("a"), text("<system-message>\nmind\n</system-message>"), text("b")] },
    ]);
    expect(folded.losses).toEqual(["messages[1].role;emulated"]);
    const native = encode(request, { midConversationSystem: true });
    expect(native.body.messages.map(({ role }: { role: string }) => role)).toEqual([
      "user",
      "system",
      "user",
    ]);
    expect(native.losses).toEqual([]);
  });

  test.each([true, false])("a system message never parts a call from its result (native: %p)", (native) => {
    const { body } = encode(
      {
        tools: [tool("f")],
        messages: [
          user("go"),
          { role: "assistant", parts: [call("a")] },
          { role: "system", authority: "system", parts: [text("mind")] },
          { role: "tool", parts: [answer("a")] },
        ],
      },
      { midConversationSystem: native },
    );
    expect(body.messages[2]?.content[0]?.type).toBe("tool_result");
  });

  test("calls without results get one, results without calls become words", () => {
    const { body, losses } = encode({
      tools: [tool("f")],
      messages: [
        user("go"),
        { role: "assistant", parts: [call("a")] },
        { role: "tool", parts: [answer("x", "lost")] },
      ],
    });
    expect(body.messages[2]?.content).toEqual([
      { type: "tool_result", tool_use_id: "a", content: [text("(no result)")] },
      text("Result of the tool call x:"),
      text("lost"),
    ]);
    expect(losses).toEqual(["messages[2].content[0];emulated", "messages[1].content[0];emulated"]);
  });

  test("ids are made fit and stay apart, in calls and in results", () => {
    const ids = ["a.b", "a_b", "a:b", ""];
    const { body } = encode({
      tools: [tool("f")],
      messages: [
        user("go"),
        { role: "assistant", parts: ids.map((id) => call(id)) },
        { role: "tool", parts: ids.map((id) => answer(id, `result of ${id}`)) },
        { role: "assistant", parts: [call("a.b")] },
        { role: "tool", parts: [answer("a.b", "second")] },
      ],
    });
    const wire = body.messages[1]?.content.map(({ id }) => String(id)) ?? [];
    expect(new Set(wire).size).toBe(4);
    for (const id of wire) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(body.messages[2]?.content.map((block) => String(block.tool_use_id))).toEqual(wire);
    expect(body.messages[4]?.content[0]?.tool_use_id).toBe(body.messages[3]?.content[0]?.id);
    expect(wire).not.toContain(String(body.messages[3]?.content[0]?.id));
  });

  test("arguments: none, invalid, and numbers that a double cannot hold", () => {
    const losses = new LossList();
    const sent = encodeRequest(
      {
        ...hello,
        tools: [tool("f")],
        messages: [
          user("go"),
          {
            role: "assistant",
            parts: [call("a", ""), call("b", '{"x":'), call("c", '{"id":12345678901234567890}')],
          },
          { role: "tool", parts: [answer("a"), answer("b"), answer("c")] },
        ],
      },
      { model: "m", traits: {}, quirks: {}, losses },
    );
    expect(sent).toContain('"id":"a","name":"f","input":{}');
    expect(sent).toContain('"input":{"_raw":"{\\"x\\":"}');
    expect(sent).toContain('"input":{"id":12345678901234567890}');
    expect(losses.toHeader()).toBe("messages[1].content[1].arguments;action=emulated");
  });

  test("a conversation that begins with the assistant, or only has instructions, gets a user turn", () => {
    expect(encode({ messages: [assistant("hello"), user("hi")] }).body.messages[0]?.role).toBe("user");
    const { body, losses } = encode({ messages: [], system: [{ ...text("s"), role: "system" }] });
    expect(body.messages).toHaveLength(1);
    expect(losses).toEqual(["messages;emulated"]);
  });

  test("the last assistant turn: whitespace trimmed, or followed by a user turn where it may not stand", () => {
    const messages = [user("a"), assistant("so \n")];
    const trimmed = encode({ messages });
    expect(trimmed.body.messages[1]?.content).toEqual([text("so")]);
    expect(trimmed.losses).toEqual(["messages[-1].content;clamped"]);
    const refused = encode({ messages }, { prefill: false });
    expect(refused.body.messages.at(-1)?.role).toBe("user");
    expect(refused.losses).toEqual(["messages[-1];emulated"]);
  });
});

describe("media", () => {
  const send = (part: Message["parts"][number]) =>
    encode({ messages: [{ role: "user", parts: [text("see"), part] } as Message] });

  test("images by URL, base64 and own file id", () => {
    expect(
      send({ type: "image", source: { kind: "url", url: "https://x/y.png" } }).body.messages[0]?.content[1],
    ).toEqual({
      type: "image",
      source: { type: "url", url: "https://x/y.png" },
    });
    const misspelt = { kind: "base64", mediaType: "image/jpg", data: "AA==" } as const;
    expect(send({ type: "image", source: misspelt }).body.messages[0]?.content[1]).toMatchObject({
      source: { media_type: "image/jpeg" },
    });
    const own = { kind: "file-id", fileId: "file_1", protocol: "anthropic-messages" } as const;
    expect(send({ type: "image", source: own }).body.messages[0]?.content[1]?.source).toEqual({
      type: "file",
      file_id: "file_1",
    });
  });

  test.each([
    [
      "a foreign file id",
      { type: "image", source: { kind: "file-id", fileId: "file-1", protocol: "openai-chat" } },
    ],
    [
      "an image type it cannot read",
      { type: "image", source: { kind: "base64", mediaType: "image/tiff", data: "" } },
    ],
    ["sound", { type: "audio", format: "wav", source: { kind: "base64", mediaType: "audio/wav", data: "" } }],
    [
      "an office document",
      { type: "file", source: { kind: "base64", mediaType: "application/msword", data: "" } },
    ],
    ["a local address", { type: "image", source: { kind: "url", url: "file:///etc/passwd" } }],
  ] as const)("%s is left out and said", (_name, part) => {
    const { body, losses } = send(part);
    expect(body.messages[0]?.content).toEqual([text("see")]);
    expect(losses).toEqual(["messages[0].content[1];dropped"]);
  });

  test("files: PDF, text in base64, picture", () => {
    const pdf = send({
      type: "file",
      filename: "a.pdf",
      citations: true,
      source: { kind: "base64", mediaType: "application/pdf", data: "AA==" },
    });
    expect(pdf.body.messages[0]?.content[1]).toEqual({
      type: "document",
      source: { type: "base64", media_type: "application/pdf", data: "AA==" },
      title: "a.pdf",
      citations: { enabled: true },
    });
    const csv = send({
      type: "file",
      source: { kind: "base64", mediaType: "text/csv", data: Buffer.from("ä,b").toString("base64") },
    });
    expect(csv.body.messages[0]?.content[1]?.source).toEqual({
      type: "text",
      media_type: "text/plain",
      data: "ä,b",
    });
    expect(csv.losses).toEqual(["messages[0].content[1].media_type;clamped"]);
    const png = send({ type: "file", source: { kind: "base64", mediaType: "image/png", data: "AA==" } });
    expect(png.body.messages[0]?.content[1]?.type).toBe("image");
  });
});
