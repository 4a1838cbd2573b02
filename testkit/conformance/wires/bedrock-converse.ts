import { bedrockConverse } from "../../../src/wire/bedrock-converse/protocol.ts";
import { frameMessages, type StreamMessage } from "../../mocks/bedrock/event-stream.ts";
import { applicationProfileArn } from "../../mocks/bedrock/models.ts";
import { hide, sign } from "../../mocks/bedrock/rules.ts";
import { bedrockAccount, startBedrockMock } from "../../mocks/bedrock-server.ts";
import { object, parseJson } from "../model/json.ts";
import { plainUsage, type ScriptAnswer, type ScriptPart, type ScriptUsage } from "../model/script.ts";
import { converseFault } from "./bedrock-converse-fault.ts";
import { readConverseRequest } from "./bedrock-converse-request.ts";
import { byTurns, pieces } from "./pieces.ts";
import type { UpstreamSpec, WireAdapter } from "./wire.ts";

/** Requests are signed with an access key, which the mock checks as AWS does. */
const claude: Omit<UpstreamSpec, "name" | "model"> = {
  mock: "bedrock",
  start: (listen) => startBedrockMock({ listen }),
  driver: "bedrock",
  credentials: () => ({
    access_key_id: bedrockAccount.accessKeyId,
    secret_access_key: bedrockAccount.secretAccessKey,
  }),
  options: { region: bedrockAccount.region, protocol: "converse" },
};

/** Converse, in binary frames: Claude with thinking budgets, and a newer one behind an inference profile. */
export const converseWire: WireAdapter = {
  id: "bedrock-converse",
  protocol: bedrockConverse,
  lacks: {
    sse: "streams are binary frames",
    refusal: "a refusal is a text like any other",
    "refusal-text": "a refusal is a text like any other",
    "reasoning-usage": "usage does not tell reasoning apart",
    "image-by-url": "images are sent as bytes",
  },
  contentType: "application/vnd.amazon.eventstream",
  upstreams: [
    { ...claude, name: "budgeted", model: "anthropic.claude-sonnet-4-5-20250929-v1:0" },
    { ...claude, name: "adaptive", model: "us.anthropic.claude-opus-4-6-v1" },
    { ...claude, name: "hidden", model: "openai.gpt-oss-120b-1:0" },
    { ...claude, name: "profile", model: applicationProfileArn },
  ],
  wantsUsage: () => true,
  wantsStream: ({ path }) => path.endsWith("/converse-stream"),
  stream: (answer) => ({
    content: frameMessages([["messageStart", { role: "assistant", p: "abcd" }], ...contentMessages(answer)]),
    finish: frameMessages([
      ["messageStop", { stopReason: stops[answer.stop], ...nativeFields(answer, "delta") }],
    ]),
    endMark: frameMessages([
      ["metadata", { usage: usageOf(answer), metrics: { latencyMs: 7 }, ...tierOf(answer), p: "abc" }],
    ]),
  }),
  whole: (answer) => ({
    output: { message: { role: "assistant", content: answer.parts.flatMap(wholeBlock) } },
    stopReason: stops[answer.stop],
    usage: usageOf(answer),
    metrics: { latencyMs: 7 },
    ...nativeFields(answer),
    ...tierOf(answer),
  }),
  fault(fault) {
    const { status, name, payload } = converseFault(fault);
    return { status, json: payload, headers: { "x-amzn-errortype": `${name}:http://internal.amazon.com/` } };
  },
  faultEvent(fault) {
    const { name, payload } = converseFault(fault);
    return frameMessages([[name.charAt(0).toLowerCase() + name.slice(1), payload]], "exception");
  },
  read: readConverseRequest,
  signatureOf: sign,
  sealed: hide,
  recordings: [
    "amazon-bedrock/amazon-bedrock-text.chunks.txt",
    "amazon-bedrock/amazon-bedrock-tool-call.1.chunks.txt",
  ],
  frameRecorded: (payloads) =>
    frameMessages(
      payloads.flatMap((payload) =>
        Object.entries(object(parseJson(payload))).map(
          ([name, event]): StreamMessage => [name, object(event)],
        ),
      ),
    ),
};

const stops: Readonly<Record<ScriptAnswer["stop"], string>> = {
  end: "end_turn",
  tool_calls: "tool_use",
  max_tokens: "max_tokens",
  stop_sequence: "stop_sequence",
  refusal: "end_turn",
  content_filter: "content_filtered",
};

function wholeBlock(part: ScriptPart): readonly object[] {
  if ("thinking" in part) {
    return [{ reasoningContent: { reasoningText: { text: part.thinking, signature: sign(part.thinking) } } }];
  }
  if ("redacted" in part) return [{ reasoningContent: { redactedContent: hide(part.redacted) } }];
  if ("call" in part) {
    return [{ toolUse: { toolUseId: part.call, name: part.name, input: parseJson(part.arguments) } }];
  }
  return "text" in part ? [{ text: part.text }] : [];
}

/** Blocks one after another, or calls by turns, told apart by their index. */
function contentMessages({ parts, interleave }: ScriptAnswer): readonly StreamMessage[] {
  const said = parts.filter((part) => !("refusal" in part));
  const blocks = said.map((part, at) => ({ isCall: "call" in part, messages: blockMessages(part, at) }));
  if (interleave !== true) return blocks.flatMap(({ messages }) => messages);
  return [
    ...blocks.filter(({ isCall }) => !isCall).flatMap(({ messages }) => messages),
    ...byTurns(blocks.filter(({ isCall }) => isCall).map(({ messages }) => messages)),
  ];
}

function blockMessages(part: ScriptPart, contentBlockIndex: number): readonly StreamMessage[] {
  const delta = (value: object): StreamMessage => [
    "contentBlockDelta",
    { contentBlockIndex, delta: value, p: "ab" },
  ];
  const stop: StreamMessage = ["contentBlockStop", { contentBlockIndex }];
  if ("call" in part) {
    const start = { toolUse: { toolUseId: part.call, name: part.name } };
    const fragments = pieces(part.arguments, part.fragments ?? 4);
    return [
      ["contentBlockStart", { contentBlockIndex, start }],
      ...fragments.map((input) => delta({ toolUse: { input } })),
      stop,
    ];
  }
  if ("text" in part) return [...pieces(part.text, 4).map((text) => delta({ text })), stop];
  if ("thinking" in part) {
    const words = pieces(part.thinking, 4).map((text) => delta({ reasoningContent: { text } }));
    return [...words, delta({ reasoningContent: { signature: sign(part.thinking) } }), stop];
  }
  return [...wholeBlock(part).map(delta), stop];
}

/** Fields of Claude's own answer, as Penstock asks for them: at the root, or under `delta` in a stream. */
function nativeFields({ stopSequence }: ScriptAnswer, place?: "delta"): object {
  if (stopSequence === undefined) return {};
  const fields = { stop_sequence: stopSequence };
  return { additionalModelResponseFields: place === undefined ? fields : { [place]: fields } };
}

function tierOf({ serviceTier }: ScriptAnswer): object {
  return serviceTier === undefined ? {} : { serviceTier: { type: serviceTier } };
}

function usageOf({ usage = plainUsage }: ScriptAnswer): object {
  const { input, cacheRead, cacheWrite, output }: ScriptUsage = usage;
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + cacheRead + cacheWrite + output,
    cacheReadInputTokens: cacheRead,
    cacheWriteInputTokens: cacheWrite,
    ...(cacheWrite > 0 && { cacheDetails: [{ ttl: "5m", inputTokens: cacheWrite }] }),
  };
}
