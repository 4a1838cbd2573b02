import { createHash } from "node:crypto";
import { instanceOfSchema } from "../../../src/drivers/playground/instance-of-schema.ts";
import { calledTools } from "../shared/called-tools.ts";
import { cutText, pieces, tokensOf } from "../shared/token-count.ts";
import type { StreamMessage } from "./event-stream.ts";
import type { HostedModel } from "./models.ts";
import { hide, sign } from "./rules.ts";
import type { Block, ClaudeFields, ConverseRequest } from "./schema.ts";

type AnswerBlock =
  | {
      readonly reasoningContent: {
        readonly reasoningText: { readonly text: string; readonly signature: string };
      };
    }
  | { readonly reasoningContent: { readonly redactedContent: string } }
  | { readonly text: string }
  | { readonly toolUse: { readonly toolUseId: string; readonly name: string; readonly input: unknown } };

/** An answer before it is sent whole or as a stream. */
export interface ConverseAnswer {
  readonly content: readonly AnswerBlock[];
  readonly stopReason: string;
  readonly stopSequence: string | undefined;
  readonly usage: object;
}

/** Deterministic but for the cache: a tool is called when the user spoke last, else the last words are said back. */
export function answerConverse(
  request: ConverseRequest,
  { model, cache }: { readonly model: HostedModel; readonly cache: Set<string> },
): ConverseAnswer {
  const thought = thinks(request, model) ? `Thinking about: ${lastText(request)}` : "";
  const calls = chooseTools(request, model);
  const { maxTokens = 4096, stopSequences = [] } = request.inferenceConfig ?? {};
  const cut = cutText(calls.length === 0 ? spoken(request) : "", { maxTokens, stop: stopSequences });
  const content: AnswerBlock[] = [
    ...(thought === "" ? [] : [reasoningOf(thought, model)]),
    ...(cut.text === "" ? [] : [{ text: cut.text }]),
    ...calls.map((toolUse) => ({ toolUse })),
  ];
  const end = cut.end === "stop" ? "end_turn" : cut.end;
  return {
    content,
    stopReason: calls.length === 0 ? end : "tool_use",
    stopSequence: cut.sequence,
    usage: usageOf(request, { cache, output: tokensOf(content) }),
  };
}

/** The answer as the body of Converse. */
export function converseBody(request: ConverseRequest, answer: ConverseAnswer): object {
  const { content, stopReason, stopSequence, usage } = answer;
  const paths = request.additionalModelResponseFieldPaths ?? [];
  return {
    output: { message: { role: "assistant", content } },
    stopReason,
    usage,
    metrics: { latencyMs: 7 },
    ...(paths.includes("/stop_sequence") && {
      additionalModelResponseFields: { stop_sequence: stopSequence ?? null },
    }),
  };
}

/** The answer as the messages of ConverseStream: text and reasoning begin without a word, padding included. */
export function converseMessages(request: ConverseRequest, answer: ConverseAnswer): readonly StreamMessage[] {
  const paths = request.additionalModelResponseFieldPaths ?? [];
  const fields = paths.includes("/delta/stop_sequence")
    ? { additionalModelResponseFields: { delta: { stop_sequence: answer.stopSequence ?? null } } }
    : {};
  return [
    ["messageStart", { role: "assistant", p: "abcd" }],
    ...answer.content.flatMap(blockMessages),
    ["messageStop", { stopReason: answer.stopReason, ...fields }],
    ["metadata", { usage: answer.usage, metrics: { latencyMs: 7 }, p: "ab" }],
  ];
}

function blockMessages(block: AnswerBlock, at: number): readonly StreamMessage[] {
  const delta = (value: object): StreamMessage => [
    "contentBlockDelta",
    { contentBlockIndex: at, delta: value, p: "abc" },
  ];
  const stop: StreamMessage = ["contentBlockStop", { contentBlockIndex: at }];
  if ("text" in block) return [...pieces(block.text).map((text) => delta({ text })), stop];
  if ("toolUse" in block) {
    const { input, ...start } = block.toolUse;
    const parts = pieces(JSON.stringify(input)).map((text) => delta({ toolUse: { input: text } }));
    return [["contentBlockStart", { contentBlockIndex: at, start: { toolUse: start } }], ...parts, stop];
  }
  if ("redactedContent" in block.reasoningContent)
    return [delta({ reasoningContent: block.reasoningContent }), stop];
  const { text, signature } = block.reasoningContent.reasoningText;
  const words = pieces(text).map((piece) => delta({ reasoningContent: { text: piece } }));
  return [...words, delta({ reasoningContent: { signature } }), stop];
}

function reasoningOf(thought: string, model: HostedModel): AnswerBlock {
  return model.family === "gpt-oss"
    ? { reasoningContent: { redactedContent: hide(thought) } }
    : { reasoningContent: { reasoningText: { text: thought, signature: sign(thought) } } };
}

function thinks({ additionalModelRequestFields = {} }: ConverseRequest, model: HostedModel): boolean {
  if (model.family === "gpt-oss") return true;
  if (model.family === "nova") {
    return (
      (additionalModelRequestFields.reasoningConfig as { type?: string } | undefined)?.type === "enabled"
    );
  }
  const { thinking } = additionalModelRequestFields as ClaudeFields;
  return thinking === undefined ? model.claude?.thinksByDefault === true : thinking.type !== "disabled";
}

function chooseTools(request: ConverseRequest, model: HostedModel) {
  const last = request.messages.at(-1);
  if (last?.role !== "user" || last.content.some((block) => "toolResult" in block)) return [];
  const specs = (request.toolConfig?.tools ?? []).flatMap((tool) =>
    "toolSpec" in tool ? [tool.toolSpec] : [],
  );
  const { tool_choice: native } = (request.additionalModelRequestFields ?? {}) as ClaudeFields;
  if (native?.type === "none") return [];
  const choice = request.toolConfig?.toolChoice;
  const named =
    choice !== undefined && "tool" in choice
      ? choice.tool.name
      : native?.type === "tool"
        ? native.name
        : undefined;
  const called = calledTools(named === undefined ? specs : specs.filter(({ name }) => name === named), {
    said: lastText(request),
    nameOf: ({ name }) => name,
  });
  const digest = createHash("sha256").update(JSON.stringify(request.messages)).digest("hex");
  return called.map(({ name, inputSchema }, i) => ({
    toolUseId: model.family === "mistral" ? digest.slice(i, i + 9) : `tooluse_${digest.slice(i, i + 22)}`,
    name,
    input: instanceOfSchema(inputSchema.json),
  }));
}

function spoken(request: ConverseRequest): string {
  const schema = request.outputConfig?.textFormat?.structure.jsonSchema.schema;
  if (schema !== undefined) return JSON.stringify(instanceOfSchema(JSON.parse(schema)));
  const isResult = request.messages.at(-1)?.content.some((block) => "toolResult" in block);
  return `${isResult === true ? "The tool said" : "You said"}: ${lastText(request)}`;
}

function lastText({ messages }: ConverseRequest): string {
  return (messages.findLast(({ role }) => role !== "system")?.content ?? []).map(textOf).join("");
}

function textOf(block: Block): string {
  if ("text" in block) return block.text;
  if ("cachePoint" in block) return "";
  if (!("toolResult" in block)) return `[${Object.keys(block)[0]}]`;
  return block.toolResult.content
    .map((part) => ("text" in part ? part.text : `[${Object.keys(part)[0]}]`))
    .join("");
}

/** The longest marked prefix is written once and read from then on. */
function usageOf(
  request: ConverseRequest,
  { cache, output }: { cache: Set<string>; output: number },
): object {
  const prefix = [
    ...(request.toolConfig?.tools ?? []),
    ...(request.system ?? []),
    ...request.messages.flatMap(({ content }) => content),
  ];
  const at = prefix.findLastIndex((block) => "cachePoint" in block);
  const total = tokensOf(prefix);
  const marked = prefix[at];
  if (marked === undefined || !("cachePoint" in marked)) {
    return { inputTokens: total, outputTokens: output, totalTokens: total + output };
  }
  const cached = tokensOf(prefix.slice(0, at));
  const key = createHash("sha256")
    .update(JSON.stringify(prefix.slice(0, at)))
    .digest("hex");
  const known = cache.has(key);
  cache.add(key);
  return {
    inputTokens: Math.max(1, total - cached),
    outputTokens: output,
    totalTokens: total + output,
    cacheReadInputTokens: known ? cached : 0,
    cacheWriteInputTokens: known ? 0 : cached,
    cacheDetails: [{ ttl: marked.cachePoint.ttl ?? "5m", inputTokens: known ? 0 : cached }],
  };
}
