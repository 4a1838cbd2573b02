import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PenstockError } from "../../errors/penstock-error.ts";
import { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { AssistantPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import type { Message, NeutralRequest, Tool } from "../neutral/request.ts";
import { ToolCallIds } from "../neutral/tool-call-ids.ts";
import { encodeRequest } from "./encode-request.ts";
import { toolIdRule } from "./schema.ts";

const claude: ModelTraits = {
  nativeBody: "messages",
  reasoning: "budget",
  maxOutputTokens: 64_000,
  structuredOutput: true,
};
const own = { protocol: "bedrock-converse" } as const;
const base: NeutralRequest = {
  model: "m",
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "Hi" }] }],
  tools: [],
  stop: [],
  stream: false,
  includeUsage: false,
  extra: {},
};

interface Sent {
  readonly body: Record<string, unknown> & {
    readonly messages: { role: string; content: Record<string, unknown>[] }[];
  };
  readonly losses: string[];
}

function encode(
  request: Partial<NeutralRequest>,
  traits: ModelTraits = claude,
  betas: readonly string[] = [],
): Sent {
  const losses = new LossList();
  const text = encodeRequest({ ...base, ...request }, { model: "m", traits, quirks: {}, losses, betas });
  return {
    body: JSON.parse(text),
    losses: losses.toArray().map(({ field, action }) => `${field};${action}`),
  };
}

const user = (...parts: UserPart[]): Message => ({ role: "user", parts });
const assistant = (...parts: AssistantPart[]): Message => ({ role: "assistant", parts });
const call = (id: string, name = "f"): AssistantPart => ({
  type: "tool_call",
  id,
  name,
  arguments: '{"a":1}',
  kind: "function",
});
const result = (id: string, rest: Partial<ToolResultPart> = {}): ToolResultPart => ({
  type: "tool_result",
  toolCallId: id,
  content: [{ type: "text", text: "ok" }],
  isError: false,
  ...rest,
});
const text = (words: string): UserPart & AssistantPart => ({ type: "text", text: words });
const f: Tool = { kind: "function", name: "f", parameters: { type: "object", properties: {} } };
const marker = { cache: { ttl: "5m" } } as const;
const point = { cachePoint: { type: "default" } };
const pdf = { kind: "base64", mediaType: "application/pdf", data: "AA==" } as const;

describe("turns", () => {
  test("results of parallel calls share one user turn with what the user said next", () => {
    const { body, losses } = encode({
      tools: [f],
      messages: [
        user(text("go")),
        assistant(call("a"), call("b")),
        { role: "tool", parts: [result("b")] },
        { role: "tool", parts: [result("a", { isError: true })] },
        user(text("well?")),
      ],
    });
    expect(body.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(body.messages[2]?.content).toEqual([
      { toolResult: { toolUseId: "a", content: [{ text: "ok" }], status: "error" } },
      { toolResult: { toolUseId: "b", content: [{ text: "ok" }] } },
      { text: "well?" },
    ]);
    expect(losses).toEqual([]);
  });

  test("an assistant turn without content is left out, and its neighbours become one", () => {
    const { body } = encode({
      messages: [user(text("a")), assistant(), assistant(text(" ")), user(text("b"))],
    });
    expect(body.messages).toEqual([{ role: "user", content: [{ text: "a" }, { text: "b" }] }]);
  });

  test("calls without results, and tools that are no longer defined, are made acceptable and told", () => {
    const { body, losses } = encode({ messages: [user(text("a")), assistant(call("x")), user(text("b"))] });
    expect(body.messages[2]?.content[0]).toMatchObject({ toolResult: { toolUseId: "x" } });
    expect(body.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: "f" } }] });
    expect(losses).toContain("tools;emulated");
  });

  test("a conversation may not end with the model's words where it cannot go on from them", () => {
    const messages = [user(text("a")), assistant(text("b "))];
    expect(encode({ messages }).body.messages.at(-1)).toEqual({
      role: "assistant",
      content: [{ text: "b" }],
    });
    expect(encode({ messages }, { ...claude, prefill: false }).body.messages.at(-1)?.role).toBe("user");
  });
});

describe("reasoning in the history", () => {
  const asked = (part: AssistantPart, traits = claude) =>
    encode({ messages: [user(text("a")), assistant(part, text("b")), user(text("c"))] }, traits);

  test("signed and hidden reasoning goes back as it came", () => {
    const signed = asked({ type: "thinking", text: "", signature: "s/+=", origin: own });
    expect(signed.body.messages[1]?.content[0]).toEqual({
      reasoningContent: { reasoningText: { text: "", signature: "s/+=" } },
    });
    const hidden = asked({ type: "redacted_thinking", data: "AA==", origin: own }, { nativeBody: "chat" });
    expect(hidden.body.messages[1]?.content[0]).toEqual({ reasoningContent: { redactedContent: "AA==" } });
  });

  test.each<AssistantPart>([
    { type: "thinking", text: "t" },
    { type: "thinking", text: "t", origin: own },
    { type: "thinking", text: "t", signature: "s", origin: { protocol: "gemini" } },
    { type: "redacted_thinking", data: "d", origin: { protocol: "anthropic-messages" } },
  ])("%j is dropped and told", (part) => {
    const { body, losses } = asked(part);
    expect(body.messages[1]?.content).toEqual([{ text: "b" }]);
    expect(losses).toEqual(["messages[1].thinking;dropped"]);
  });

  test("a Claude takes what a Claude signed elsewhere; no other model does", () => {
    const part = {
      type: "thinking",
      text: "t",
      signature: "s",
      origin: { protocol: "anthropic-messages" },
    } as const;
    expect(asked(part).losses).toEqual([]);
    expect(asked(part, { nativeBody: "nova" }).losses).toEqual(["messages[1].thinking;dropped"]);
  });
});

describe("cache points", () => {
  test("stand behind what was marked: tools, system, user, assistant, call, result", () => {
    const { body, losses } = encode({
      system: [{ type: "text", text: "s", role: "system", ...marker }],
      tools: [{ ...f, cache: { ttl: "1h" } } as Tool],
      messages: [
        user({ type: "text", text: "a", ...marker }, text("b")),
        assistant({ ...call("x"), ...marker } as AssistantPart),
        { role: "tool", parts: [result("x", { content: [{ type: "text", text: "r", ...marker }] })] },
      ],
    });
    expect(body.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: "f" } }] });
    // Five were asked for, four are allowed: the first one, which covers least, goes.
    expect(losses).toEqual(["tools[0].cache_control;dropped"]);
    expect(body.system).toEqual([{ text: "s" }, point]);
    expect(
      body.messages.map(({ content }) => content.indexOf(content.find((b) => "cachePoint" in b) ?? {})),
    ).toEqual([1, 1, 1]);
  });

  test("an hour is said, and never after five minutes", () => {
    const { body, losses } = encode({
      system: [
        { type: "text", text: "a", role: "system", cache: { ttl: "1h" } },
        { type: "text", text: "b", role: "system", ...marker },
      ],
      messages: [user({ type: "text", text: "c", cache: { ttl: "1h" } })],
    });
    expect(body.system).toEqual([
      { text: "a" },
      { cachePoint: { type: "default", ttl: "1h" } },
      { text: "b" },
      point,
    ]);
    expect(body.messages[0]?.content.at(-1)).toEqual(point);
    expect(losses).toEqual(["messages[0].content[0].cache_control.ttl;clamped"]);
  });

  test("are left out, and told, where a model takes none, or none at its tools", () => {
    const request = {
      tools: [{ ...f, ...marker } as Tool],
      messages: [user({ type: "text", text: "c", ...marker })],
    };
    expect(encode(request, { cacheMarkers: false }).losses).toEqual([
      "messages[0].content[0].cache_control;dropped",
      "tools[0].cache_control;dropped",
    ]);
    expect(encode(request, { nativeBody: "nova" }).losses).toEqual(["tools[0].cache_control;dropped"]);
  });
});

describe("media", () => {
  test("documents get safe unique names and words beside them", () => {
    const { body, losses } = encode({
      messages: [
        user({ type: "file", source: pdf, filename: "Q3 report_final.v2.pdf" }),
        assistant(text("ok")),
        user(
          { type: "file", source: pdf, filename: "Q3 report_final.v2.pdf" },
          { type: "file", source: { kind: "text", mediaType: "text/csv", text: "a,b" } },
          text("compare"),
        ),
      ],
    });
    const names = body.messages.flatMap(({ content }) =>
      content.flatMap((block) =>
        "document" in block ? [block.document as { name: string; format: string }] : [],
      ),
    );
    expect(names.map(({ name, format }) => [name, format])).toEqual([
      ["Q3 report-final-v2", "pdf"],
      ["Q3 report-final-v2 2", "pdf"],
      ["document", "csv"],
    ]);
    expect(body.messages[0]?.content.at(-1)).toEqual({ text: "See the attached document." });
    expect(losses).toContain("messages[0].content;defaulted");
  });

  test("office files are known by type or by name, other binaries are dropped", () => {
    const file = (mediaType: string, filename?: string) =>
      encode({
        messages: [
          user(
            {
              type: "file",
              source: { kind: "base64", mediaType, data: "AA==" },
              ...(filename !== undefined && { filename }),
            },
            text("x"),
          ),
        ],
      });
    const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    expect(file(docx, "a.docx").body.messages[0]?.content[0]).toMatchObject({
      document: { format: "docx", name: "a" },
    });
    expect(file("application/octet-stream", "b.xlsx").body.messages[0]?.content[0]).toMatchObject({
      document: { format: "xlsx" },
    });
    expect(file("application/zip", "c.zip").losses).toEqual(["messages[0].content[0];dropped"]);
  });

  test("pictures and documents stay in results; objects of the cloud are referred to", () => {
    const image = { type: "image", source: { kind: "url", url: "s3://bucket/a.jpg" } } as const;
    const { body } = encode({
      tools: [f],
      messages: [
        user(text("a")),
        assistant(call("x")),
        {
          role: "tool",
          parts: [result("x", { content: [image, { type: "file", source: pdf, filename: "d.pdf" }] })],
        },
      ],
    });
    expect(body.messages[2]?.content).toEqual([
      {
        toolResult: {
          toolUseId: "x",
          content: [
            { image: { format: "jpeg", source: { s3Location: { uri: "s3://bucket/a.jpg" } } } },
            { document: { format: "pdf", name: "d", source: { bytes: "AA==" } } },
          ],
        },
      },
    ]);
  });

  test("a picture on the web is refused by name", () => {
    const web = user({ type: "image", source: { kind: "url", url: "https://x/y.png" } });
    expect(() => encode({ messages: [web] })).toThrow(PenstockError);
  });
});

describe("tools", () => {
  const tools = [f, { ...f, name: "g" } as Tool];
  test.each<[NeutralRequest["toolChoice"], unknown]>([
    [{ mode: "auto" }, { auto: {} }],
    [{ mode: "required" }, { any: {} }],
    [{ mode: "named", name: "g" }, { tool: { name: "g" } }],
  ])("%j", (toolChoice, choice) => {
    expect(encode({ tools, ...(toolChoice && { toolChoice }) }).body.toolConfig).toMatchObject({
      toolChoice: choice,
    });
  });

  test("none and one at a time are said in Claude's own words", () => {
    const none = encode({ tools, toolChoice: { mode: "none" } });
    expect(none.body.additionalModelRequestFields).toEqual({ tool_choice: { type: "none" } });
    const serial = encode({ tools, toolChoice: { mode: "named", name: "g" }, parallelToolCalls: false });
    expect(serial.body.additionalModelRequestFields).toEqual({
      tool_choice: { type: "tool", name: "g", disable_parallel_tool_use: true },
    });
    expect(JSON.stringify(serial.body.toolConfig)).not.toContain("toolChoice");
  });

  test("other models get no tools for none, and lose the switch", () => {
    const { body, losses } = encode({ tools, toolChoice: { mode: "none" } }, {});
    expect([body.toolConfig, losses]).toEqual([undefined, []]);
    expect(encode({ tools, parallelToolCalls: false }, {}).losses).toEqual(["parallel_tool_calls;dropped"]);
  });

  test("an allowed subset is a shorter list; who cannot be forced is asked", () => {
    const { body } = encode({ tools, toolChoice: { mode: "allowed", names: ["g"], required: true } });
    expect(body.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: "g" } }], toolChoice: { any: {} } });
    const asked = encode({ tools, toolChoice: { mode: "required" } }, { forcedToolChoice: false });
    expect(asked.body.toolConfig).toMatchObject({ toolChoice: { auto: {} } });
    expect(asked.losses).toEqual(["tool_choice;emulated"]);
  });

  test("ids fit and stay apart", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ maxLength: 90 })),
        fc.constantFrom(undefined, 9),
        (ids, length) => {
          const given = new ToolCallIds(length, toolIdRule);
          const wire = ids.map((id) => given.assign(id));
          const shape = length === 9 ? /^[a-zA-Z0-9]{9}$/ : /^[a-zA-Z0-9_.:-]{1,64}$/;
          for (const [i, id] of wire.entries()) {
            expect(id).toMatch(shape);
            expect(given.of(ids[i] ?? "")).toBe(id);
          }
          expect(new Set(wire).size).toBe(ids.length);
        },
      ),
    );
  });
});

describe("controls", () => {
  test("Claude reasons by budget or adaptively, in its own fields", () => {
    const budget = encode({ reasoning: { mode: "budget", budgetTokens: 2000 }, maxOutputTokens: 4000 });
    expect(budget.body.inferenceConfig).toEqual({ maxTokens: 4000 });
    expect(budget.body.additionalModelRequestFields).toEqual({
      thinking: { type: "enabled", budget_tokens: 2000 },
    });
    const adaptive = encode({ reasoning: { effort: "high" } }, { ...claude, reasoning: "adaptive" });
    expect(adaptive.body.additionalModelRequestFields).toEqual({
      thinking: { type: "adaptive" },
      output_config: { effort: "high" },
    });
    expect([adaptive.body.inferenceConfig, adaptive.losses]).toEqual([undefined, []]);
  });

  test("Nova reasons by effort; at high effort limits and sampling are left out and told", () => {
    const nova: ModelTraits = { nativeBody: "nova", reasoning: "effort" };
    const low = encode({ reasoning: { effort: "minimal" }, temperature: 0.5, topK: 9 }, nova);
    expect(low.body.additionalModelRequestFields).toEqual({
      reasoningConfig: { type: "enabled", maxReasoningEffort: "low" },
      inferenceConfig: { topK: 9 },
    });
    expect([low.body.inferenceConfig, low.losses]).toEqual([
      { temperature: 0.5 },
      ["reasoning_effort;clamped"],
    ]);
    const high = encode({ reasoning: { effort: "high" }, temperature: 0.5, maxOutputTokens: 10 }, nova);
    expect([high.body.inferenceConfig, high.losses]).toEqual([
      undefined,
      ["max_tokens;dropped", "temperature;dropped"],
    ]);
    expect(encode({ reasoning: { effort: "none" } }, nova).body.additionalModelRequestFields).toEqual({
      reasoningConfig: { type: "disabled" },
    });
  });

  test("flat names for others, nothing in silence for models without reasoning", () => {
    const chat: ModelTraits = { nativeBody: "chat", reasoning: "effort", efforts: ["low", "medium", "high"] };
    expect(encode({ reasoning: { effort: "high" } }, chat).body.additionalModelRequestFields).toEqual({
      reasoning_effort: "high",
    });
    expect(encode({ reasoning: { effort: "high" }, topK: 3, seed: 1, temperature: 1.5 }, {}).losses).toEqual([
      "reasoning_effort;dropped",
      "top_k;dropped",
      "seed;dropped",
      "temperature;clamped",
    ]);
  });
});

describe("the rest of the body", () => {
  test("a schema travels as text; without native support a tool stands for it", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "string" } },
      required: ["a"],
      additionalProperties: false,
    };
    const outputFormat = { type: "json_schema", name: "n", schema } as const;
    const native = encode({ outputFormat }).body.outputConfig as {
      textFormat: { structure: { jsonSchema: { schema: string } } };
    };
    expect(JSON.parse(native.textFormat.structure.jsonSchema.schema)).toEqual(schema);
    const tool = encode({ outputFormat }, { structuredOutput: false });
    expect(tool.body.toolConfig).toMatchObject({ toolChoice: { tool: { name: "penstock_json_output" } } });
    expect(tool.losses).toEqual(["response_format;emulated"]);
  });

  test("what callers say by the API's own names is passed, all else is told", () => {
    const extra = {
      guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1" },
      performanceConfig: { latency: "optimized" },
      requestMetadata: { team: "a" },
      metadata: { run: "7", odd: "ü" },
      additionalModelRequestFields: { top_k: 5 },
      additionalModelResponseFieldPaths: ["/x"],
      logit_bias: {},
    };
    const { body, losses } = encode({ extra, userId: "u-1", serviceTier: "flex", stop: ["END"] });
    expect(body).toMatchObject({
      guardrailConfig: extra.guardrailConfig,
      performanceConfig: extra.performanceConfig,
      requestMetadata: { run: "7", user_id: "u-1", team: "a" },
      serviceTier: { type: "flex" },
      additionalModelRequestFields: { top_k: 5 },
      additionalModelResponseFieldPaths: ["/x", "/stop_sequence"],
    });
    expect(losses).toEqual(["logit_bias;dropped", "metadata.odd;dropped"]);
  });

  test("features of clients' headers reach Claude when the platform knows them", () => {
    const betas = ["interleaved-thinking-2025-05-14", "files-api-2025-04-14"];
    const { body, losses } = encode({}, claude, betas);
    expect(body.additionalModelRequestFields).toEqual({
      anthropic_beta: ["interleaved-thinking-2025-05-14"],
    });
    expect(losses).toEqual(["anthropic-beta;dropped"]);
    expect(encode({}, {}, betas).body.additionalModelRequestFields).toBeUndefined();
  });

  test("a longer conversation begins with the bytes of the shorter one", () => {
    const turns = [
      user({ type: "file", source: pdf, filename: "a.pdf" }, text("a")),
      assistant(call("§1")),
      { role: "tool" as const, parts: [result("§1")] },
      assistant(text("b")),
      user({ type: "file", source: pdf, filename: "a.pdf" }, text("c")),
      assistant(call("§1")),
      { role: "tool" as const, parts: [result("§1")] },
    ];
    const bytes = (count: number) =>
      JSON.stringify(encode({ tools: [f], messages: turns.slice(0, count) }).body.messages);
    expect(bytes(7)).toStartWith(bytes(5).slice(0, -1));
    expect(bytes(5)).toStartWith(bytes(3).slice(0, -1));
  });
});
