import { openaiEmbeddingSurface } from "../embeddings/openai-surface.ts";
import { openaiEmbeddingWire } from "../embeddings/openai-wire.ts";
import { withTier } from "../neutral/usage.ts";
import type { Protocol } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { isEventStream } from "../sse/is-event-stream.ts";
import { SseFramer } from "../sse/sse-framer.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { ChatStreamDecoder } from "./decode-stream.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { ChatStreamEncoder } from "./encode-stream.ts";
import { decodeError, encodeError, encodeStreamError } from "./error.ts";
import { holdsForeignState } from "./foreign-state.ts";
import { isContent } from "./is-content.ts";
import { relayPlan } from "./relay-plan.ts";
import { ChatRelayReader, relayMarks } from "./relay-reader.ts";
import { decodeUsage } from "./usage.ts";

/** OpenAI's Chat Completions, and what compatible vendors made of it. */
export const openaiChat: Protocol = {
  id: "openai-chat",
  decodeRequest,
  toolNameRule: { character: /[A-Za-z0-9_-]/, maxLength: 64 },
  encodeRequest,
  decodeResponse,
  encodeResponse,
  isStream: isEventStream,
  createFramer: () => new SseFramer(),
  createStreamDecoder: () => new ChatStreamDecoder(),
  createStreamEncoder: (context) => new ChatStreamEncoder(context),
  embeddingSurface: openaiEmbeddingSurface,
  embeddingWire: () => openaiEmbeddingWire,
  holdsForeignState,
  relayPlan,
  readUsage: (body) => (isObject(body) ? withTier(decodeUsage(body.usage), body.service_tier) : undefined),
  createRelayReader: () => new ChatRelayReader(),
  isContent,
  relayMarks,
  decodeError,
  encodeError: (error) => encodeError(error),
  encodeStreamError: (error) => encodeStreamError(error),
  keepalive: ": keepalive\n\n",
};
