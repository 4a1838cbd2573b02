import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readRecordedEvents, readRecording } from "../mocks/shared/recording.ts";
import type { ScriptedReply } from "../mocks/shared/scripted-reply.ts";
import { anthropicClient, openAiClient } from "./official-clients.ts";
import { chatSurface, messagesSurface, type Surface, startWorld, vendorOf, type World } from "./world.ts";

// What vendors really sent, cut anywhere, read by the official clients on the other side of the whole gateway.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** What an answer says, whoever tells it. */
interface Said {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
}

const recordings = [
  { file: "openai/chat/openai-text", wire: "chat" },
  { file: "openai-compatible/chat/xai-text", wire: "chat" },
  { file: "anthropic/anthropic-text", wire: "messages" },
  { file: "anthropic/anthropic-clear-thinking.1", wire: "messages" },
  { file: "anthropic/anthropic-json-other-tool.1", wire: "messages" },
] as const;

/** Read by the plainest means, apart from the translators. */
async function recorded(file: string, wire: "chat" | "messages", stream: boolean): Promise<Said> {
  if (stream) {
    const events = (await readRecordedEvents(`${file}.chunks.txt`)).map((line) => JSON.parse(line));
    let text = "";
    const calls: { name: string; json: string }[] = [];
    for (const event of events as readonly {
      choices?: { delta: { content?: string } }[];
      content_block?: { type: string; name: string };
      delta?: { text?: string; partial_json?: string };
    }[]) {
      text += (wire === "chat" ? event.choices?.[0]?.delta.content : event.delta?.text) ?? "";
      if (event.content_block?.type === "tool_use") calls.push({ name: event.content_block.name, json: "" });
      const last = calls.at(-1);
      if (last !== undefined) last.json += event.delta?.partial_json ?? "";
    }
    return { text, calls: calls.map(({ name, json }) => ({ name, input: JSON.parse(json || "{}") })) };
  }
  const body = JSON.parse(await readRecording(`${file}.json`));
  if (wire === "chat") return { text: body.choices[0].message.content, calls: [] };
  const blocks = body.content as { type: string; text?: string; name: string; input: unknown }[];
  return {
    text: blocks.map(({ text }) => text ?? "").join(""),
    calls: blocks.filter(({ type }) => type === "tool_use").map(({ name, input }) => ({ name, input })),
  };
}

/** Asks through the official client and gathers what it understood. */
async function read(surface: Surface, model: string, stream: boolean): Promise<Said> {
  const messages = [{ role: "user" as const, content: "Go on." }];
  if (surface.name === "chat") {
    const chat = openAiClient(world.penstock).chat.completions;
    const { choices } = stream
      ? await chat.stream({ model, messages }).finalChatCompletion()
      : await chat.create({ model, messages });
    const message = choices[0]?.message;
    return {
      text: message?.content ?? "",
      calls: (message?.tool_calls ?? []).map((call) => {
        if (call.type !== "function") throw new Error("not a function call");
        return { name: call.function.name, input: JSON.parse(call.function.arguments) };
      }),
    };
  }
  const client = anthropicClient(world.penstock).messages;
  const params = { model, max_tokens: 4_000, messages };
  const { content } = stream ? await client.stream(params).finalMessage() : await client.create(params);
  return {
    text: content.map((block) => (block.type === "text" ? block.text : "")).join(""),
    calls: content.flatMap((block) =>
      block.type === "tool_use" ? [{ name: block.name, input: block.input }] : [],
    ),
  };
}

const modelOf = { chat: "gpt-4o-mini", messages: "claude-sonnet-4-5" };

describe.each([chatSurface, messagesSurface])("$name", (surface) => {
  test.each(recordings)("$file as a stream, cut anywhere", async ({ file, wire }) => {
    const said = await recorded(file, wire, true);
    expect(said.text.length + said.calls.length).toBeGreaterThan(0);
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (cutAt) => {
        const reply: ScriptedReply = { recording: `${file}.chunks.txt`, pace: { cutAt } };
        vendorOf(world, { wire }).reply(reply);
        expect(await read(surface, modelOf[wire], true)).toEqual(said);
      }),
      { numRuns: 6 },
    );
  });

  test.each(recordings)("$file as a stream, a few bytes at a time", async ({ file, wire }) => {
    vendorOf(world, { wire }).reply({
      recording: `${file}.chunks.txt`,
      pace: { chunkBytes: 61, betweenMs: 0 },
    });
    expect(await read(surface, modelOf[wire], true)).toEqual(await recorded(file, wire, true));
  });

  test.each(recordings)("$file as a whole answer", async ({ file, wire }) => {
    vendorOf(world, { wire }).reply({ recording: `${file}.json`, pace: { cutAt: [7, 100], betweenMs: 5 } });
    expect(await read(surface, modelOf[wire], false)).toEqual(await recorded(file, wire, false));
  });
});
