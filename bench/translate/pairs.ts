import { anthropicMessages } from "../../src/wire/anthropic-messages/protocol.ts";
import { bedrockConverse } from "../../src/wire/bedrock-converse/protocol.ts";
import { gemini } from "../../src/wire/gemini/protocol.ts";
import { LossList } from "../../src/wire/neutral/loss.ts";
import { openaiChat } from "../../src/wire/openai-chat/protocol.ts";
import { openaiResponses } from "../../src/wire/openai-responses/protocol.ts";
import type { Protocol } from "../../src/wire/protocol.ts";
import { requestBody } from "../payload/request-bytes.ts";
import { type BenchProtocol, benchSurfaces } from "../plan/lane.ts";
import type { BodySize } from "../plan/shape.ts";

/** One way a request body is translated. */
export interface TranslationPair {
  readonly id: string;
  /** The client's body. */
  readonly text: string;
  /** Parses it, reads it into the neutral tree and writes it for the vendor. */
  readonly translate: () => string;
}

const ways = [
  ["chat→messages", openaiChat, anthropicMessages],
  ["messages→chat", anthropicMessages, openaiChat],
  ["chat→gemini", openaiChat, gemini],
  ["messages→converse", anthropicMessages, bedrockConverse],
  ["responses→messages", openaiResponses, anthropicMessages],
  ["chat→responses", openaiChat, openaiResponses],
] as const;

/** Every pair that is held against the budget, with a conversation of this size. */
export function translationPairs(size: BodySize): TranslationPair[] {
  return ways.map(([id, from, to]) => pair({ id, from, to, size }));
}

function pair(options: {
  readonly id: string;
  readonly from: Protocol;
  readonly to: Protocol;
  readonly size: BodySize;
}): TranslationPair {
  const { id, from, to, size } = options;
  const protocol: BenchProtocol = benchSurfaces.find((one) => one === from.id) ?? "openai-chat";
  const text = requestBody({ protocol, model: "bench-model", shape: { size, stream: false } });
  const translate = (): string =>
    to.encodeRequest(from.decodeRequest(JSON.parse(text)), {
      model: "bench-model",
      traits: {},
      quirks: {},
      losses: new LossList(),
    });
  return { id, text, translate };
}
