import type { BenchProtocol, BenchSurface, Lane } from "../plan/lane.ts";
import { bodySizes, modelId, type Shape } from "../plan/shape.ts";
import { chatBody } from "./chat-body.ts";
import { type Conversation, createConversation } from "./conversation.ts";
import { converseBody } from "./converse-body.ts";
import { geminiBody } from "./gemini-body.ts";
import { messagesBody } from "./messages-body.ts";
import { responsesBody } from "./responses-body.ts";

/** Path of each surface, as its official clients call it. */
export const protocolPaths: Readonly<Record<BenchSurface, string>> = {
  "openai-chat": "/v1/chat/completions",
  "anthropic-messages": "/v1/messages",
  "openai-responses": "/v1/responses",
};

type EncodeBody = (options: {
  readonly conversation: Conversation;
  readonly model: string;
  readonly stream: boolean;
}) => string;

// Gemini and Converse name model and stream in the path.
const encoders: Readonly<Record<BenchProtocol, EncodeBody>> = {
  "openai-chat": chatBody,
  "anthropic-messages": messagesBody,
  "openai-responses": responsesBody,
  gemini: ({ conversation }) => geminiBody(conversation),
  "bedrock-converse": ({ conversation }) => converseBody(conversation),
};

/** The JSON body a client of `protocol` sends for this shape. Its model id names what the mock shall answer. */
export function requestBody(options: {
  readonly protocol: BenchProtocol;
  readonly model: string;
  readonly shape: Pick<Shape, "size" | "stream">;
}): string {
  const conversation = createConversation(bodySizes[options.shape.size]);
  return encoders[options.protocol]({ conversation, model: options.model, stream: options.shape.stream });
}

/** A whole HTTP/1.1 request, built once and sent again and again. `key` goes into the header the protocol's clients use. */
export function requestBytes(options: {
  readonly lane: Lane;
  readonly shape: Shape;
  readonly port: number;
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}): Buffer {
  const { lane, shape, port, key, headers = {} } = options;
  const body = Buffer.from(requestBody({ protocol: lane.surface, model: modelId(lane.wire, shape), shape }));
  const auth =
    lane.surface === "anthropic-messages"
      ? `x-api-key: ${key}\r\nanthropic-version: 2023-06-01`
      : `authorization: Bearer ${key}`;
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head =
    `POST ${protocolPaths[lane.surface]} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${auth}\r\n` +
    `content-type: application/json\r\naccept: ${shape.stream ? "text/event-stream" : "application/json"}\r\n` +
    `${more.join("")}content-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
