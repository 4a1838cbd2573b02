import { withTier } from "../neutral/usage.ts";
import { encodeError } from "../openai-chat/error.ts";
import type { Protocol } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { isEventStream } from "../sse/is-event-stream.ts";
import { SseFramer } from "../sse/sse-framer.ts";
import { decodeTokenCount, encodeCountRequest } from "./count-tokens.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { ResponsesStreamDecoder } from "./decode-stream.ts";
import { dropState } from "./drop-state.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { ResponsesStreamEncoder } from "./encode-stream.ts";
import { decodeError, encodeStreamError } from "./error.ts";
import { isContent } from "./is-content.ts";
import { keptOf } from "./kept-of.ts";
import { ResponsesRelayReader, relayMarks } from "./relay-reader.ts";
import { echoOf } from "./response-object.ts";
import { envelopePrefix } from "./state-envelope.ts";
import { storedTurns } from "./stored-turns.ts";
import { decodeUsage } from "./usage.ts";

const foreignMark = Buffer.from(`"${envelopePrefix}`);

/** OpenAI's Responses, and Open Responses servers. */
export const openaiResponses: Protocol = {
  id: "openai-responses",
  decodeRequest,
  toolNameRule: { character: /[A-Za-z0-9_-]/, maxLength: 64 },
  inlineMedia: (source) => source.kind === "url" && !/^https?:/i.test(source.url),
  encodeRequest,
  decodeResponse,
  encodeResponse,
  decodeCountRequest: decodeRequest,
  encodeTokenCount: (tokens) => JSON.stringify({ object: "response.input_tokens", input_tokens: tokens }),
  encodeCountRequest,
  decodeTokenCount,
  echoOf,
  storedTurns,
  keptOf,
  isStream: isEventStream,
  createFramer: () => new SseFramer(),
  createStreamDecoder: () => new ResponsesStreamDecoder(),
  createStreamEncoder: (context) => new ResponsesStreamEncoder(context),
  holdsForeignState: (body) =>
    Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(foreignMark),
  dropState,
  foreignStateCode: "invalid_encrypted_content",
  readUsage: (body) => (isObject(body) ? withTier(decodeUsage(body.usage), body.service_tier) : undefined),
  createRelayReader: () => new ResponsesRelayReader(),
  isContent,
  relayMarks,
  decodeError,
  encodeError: (error) => encodeError(error),
  encodeStreamError: (error) => encodeStreamError(error),
  keepalive: ": keepalive\n\n",
};
