import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SseFramer } from "../../src/wire/sse/sse-framer.ts";
import { allCases } from "./cases/all-cases.ts";
import { object } from "./model/json.ts";
import { streamBytes } from "./run/play-script.ts";
import { firstBadCut } from "./run/replay.ts";
import type { CaseResult } from "./run/result.ts";
import { runSuite } from "./run/run-suite.ts";
import { startUrlTarget } from "./run/url-target.ts";
import { chatSurface } from "./surfaces/openai-chat.ts";
import { chatWire } from "./wires/openai-chat.ts";

// The judge is judged: gateways that are wrong in one way each must fail the case that is about it.

/** What this gateway does wrong; nothing unless told. */
interface Fault {
  readonly request?: (body: Record<string, unknown>) => void;
  readonly answer?: (text: string) => string;
  readonly headers?: Readonly<Record<string, string>>;
}

const port = 20_000 + (process.pid % 20_000);
let fault: Fault = {};
const gateway = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch: relay });

async function relay(request: Request): Promise<Response> {
  const body = { ...object(await request.json()), model: "deepseek-reasoner" };
  fault.request?.(body);
  const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-mock-0123456789abcdef", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return new Response(fault.answer?.(text) ?? text, {
    status: answer.status,
    headers: { "content-type": answer.headers.get("content-type") ?? "", ...fault.headers },
  });
}

let target: ReturnType<typeof startUrlTarget>;

beforeAll(() => {
  target = startUrlTarget([chatWire], {
    url: `http://127.0.0.1:${gateway.port}`,
    key: "any",
    models: new Map([["openai-chat", "m"]]),
    ports: new Map([["openai-chat", port]]),
    hostname: undefined,
    lossHeader: "x-loss",
  });
});
afterAll(async () => {
  await gateway.stop(true);
  await target[Symbol.asyncDispose]();
});

async function judge(id: string, wrong: Fault): Promise<CaseResult> {
  fault = wrong;
  const cases = allCases.filter((one) => one.id === id);
  const { results } = await runSuite({ target, cases, surfaces: [chatSurface], wires: [chatWire] });
  const [result] = results;
  if (result === undefined) throw new Error(`there is no case ${id}`);
  return result;
}

describe("another gateway, by its URL", () => {
  test.each(["C001", "C005", "C010", "C020", "P020", "P030", "C079"])(
    "%s passes where nothing is wrong",
    async (id) => {
      expect(await judge(id, {})).toMatchObject({ verdict: "pass" });
    },
  );

  const wrongs: readonly (readonly [id: string, what: string, wrong: Fault, reason: RegExp])[] = [
    [
      "C010",
      "says stop after a tool call",
      {
        answer: (text) =>
          text
            .replaceAll('"tool_calls","', '"stop","')
            .replaceAll('"finish_reason":"tool_calls"', '"finish_reason":"stop"'),
      },
      /stop reason says tool_calls: was stop/,
    ],
    [
      "P020",
      "drops a field in silence",
      { request: (body) => void delete body.temperature },
      /temperature is 0.3: was/,
    ],
    [
      "P012",
      "forgets the end mark",
      { answer: (text) => text.replace("data: [DONE]\n\n", "") },
      /ended without \[DONE\]/,
    ],
    [
      "C001",
      "mixes thinking into the text",
      {
        answer: (text) =>
          text
            .replaceAll('"content":null,"reasoning_content"', '"content"')
            .replaceAll('"reasoning_content"', '"x"'),
      },
      /thinking/,
    ],
    [
      "P001",
      "gives all calls the same index",
      { answer: (text) => text.replaceAll(/"index":[12],"/g, '"index":0,"') },
      /calls|tool call/,
    ],
    [
      "C079",
      "writes a time into each prompt",
      { request: (body) => void Object.assign(body, { user: `${performance.now()}` }) },
      /the same bytes/,
    ],
    [
      "P090",
      "shows the vendor's credential",
      { headers: { "x-debug": "sk-mock-0123456789abcdef" } },
      /shows no credential/,
    ],
    ["P030", "drops replayed thinking", { request: dropThinking }, /parts of type thinking: 0 arrived/],
    ["C098", "counts usage twice", { answer: twiceUsage }, /usage/],
  ];

  test.each(wrongs)("%s fails where the gateway %s", async (id, _what, wrong, reason) => {
    const result = await judge(id, wrong);
    expect(result.verdict).toBe("fail");
    expect(result.reason).toMatch(reason);
  });

  test("a loss that is named is a loss, and the same in silence is a failure", async () => {
    const drop = (body: Record<string, unknown>) => void delete body.response_format;
    const named = await judge("C043", {
      request: drop,
      headers: { "x-loss": "response_format;action=dropped" },
    });
    expect(named).toMatchObject({ verdict: "loss", losses: ["response_format;action=dropped"] });
    const silent = await judge("C043", { request: drop });
    expect(silent.verdict).toBe("fail");
    expect(silent.reason).toContain("no loss of response_format is named");
  });

  test("what it has no model for, or cannot be asked, does not apply and says why", async () => {
    expect(await judge("C037", {})).toMatchObject({
      verdict: "n.a.",
      reason: expect.stringContaining("--model-for"),
    });
    expect(await judge("P063", {})).toMatchObject({
      verdict: "n.a.",
      reason: expect.stringContaining("books"),
    });
  });
});

function dropThinking(body: Record<string, unknown>): void {
  const messages = Array.isArray(body.messages) ? body.messages : [];
  for (const message of messages) delete message.reasoning_content;
}

function twiceUsage(text: string): string {
  const chunk = /data: \{[^\n]*"choices":\[\],"usage"[^\n]*\n\n/.exec(text)?.[0] ?? "";
  return text.replace(chunk, chunk + chunk);
}

test("a framer that depends on how its bytes are cut is caught, with the offset", () => {
  class Forgetful extends SseFramer {
    override push(chunk: Uint8Array, out: Parameters<SseFramer["push"]>[1]): void {
      super.push(chunk.at(-1) === 0x22 ? chunk.subarray(0, -1) : chunk, out);
    }
  }
  const wire = { ...chatWire, protocol: { ...chatWire.protocol, createFramer: () => new Forgetful() } };
  const bytes = streamBytes({ parts: [{ text: "Hello" }], stop: "end" }, chatWire);
  expect(firstBadCut(bytes, { surface: chatSurface, wire: chatWire })).toBeUndefined();
  const at = firstBadCut(bytes, { surface: chatSurface, wire });
  expect(bytes[(at ?? 0) - 1]).toBe(0x22);
});
