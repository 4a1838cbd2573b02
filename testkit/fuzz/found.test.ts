import { afterAll, expect, test } from "bun:test";
import { hello } from "../conformance/cases/common.ts";
import { allSurfaces } from "../conformance/surfaces/all-surfaces.ts";
import { allWires } from "../conformance/wires/all-wires.ts";
import { FuzzLab, type FuzzReply, modelName, type Observed } from "./lab.ts";

// What the fuzzer found once, and must not find again.

const lab = new FuzzLab();
afterAll(() => lab[Symbol.dispose]());

async function run(surfaceId: string, wireId: string, reply: FuzzReply): Promise<Observed> {
  const surface = allSurfaces.find(({ id }) => id === surfaceId);
  const wire = allWires.find(({ id }) => id === wireId);
  if (surface === undefined || wire === undefined) throw new TypeError("no such dialect");
  const stream = reply.contentType !== "application/json";
  const { body } = surface.write(hello, { model: modelName(wire), stream, earlier: [] });
  const bytes = new Uint8Array(Buffer.from(JSON.stringify(body)));
  return lab.run({ surface, wire, body: bytes, stream, reply });
}

const json = (value: unknown): FuzzReply => ({
  contentType: "application/json",
  chunks: [new Uint8Array(Buffer.from(JSON.stringify(value)))],
});
const events = (...payloads: readonly string[]): FuzzReply => ({
  contentType: "text/event-stream",
  chunks: payloads.map((payload) => new Uint8Array(Buffer.from(`data: ${payload}\n\n`))),
});
const block = (fields: object) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  content: [fields],
  stop_reason: "tool_use",
  usage: { input_tokens: 1, output_tokens: 1 },
});

test("a call without a name is the vendor's failure", async () => {
  const { refused, records } = await run(
    "openai-chat",
    "anthropic-messages",
    json(block({ type: "tool_use", id: "c", input: {} })),
  );
  expect([refused?.code, records[0]?.outcome]).toEqual(["upstream_malformed", "failed"]);
});

test("a forwarded stream of nothing but an end mark is cut off, not complete", async () => {
  const { refused } = await run("openai-chat", "openai-chat", events("[DONE]"));
  expect(refused?.code).toBe("upstream_truncated");
});

test("JSON that is no object is not forwarded as an answer", async () => {
  for (const value of ["error", null, [], 1]) {
    const { refused } = await run("openai-chat", "openai-chat", json(value));
    expect(refused?.code).toBe("upstream_malformed");
  }
});

test("an answer that cannot be told as a stream is a failure in the ledger, too", async () => {
  const { refused, records } = await run("anthropic-messages", "anthropic-messages", {
    ...json({ type: "message", content: "none" }),
    contentType: "application/json; charset=utf-8",
  });
  expect([refused?.code, records[0]?.outcome]).toEqual(["upstream_malformed", "failed"]);
});

test("a call without an id gets one that its result can name", async () => {
  const { answered } = await run(
    "anthropic-messages",
    "bedrock-invoke",
    json(block({ type: "tool_use", name: "f", input: {} })),
  );
  expect(answered?.text).toMatch(/"id":"toolu_[^"]+","name":"f"/);
});
