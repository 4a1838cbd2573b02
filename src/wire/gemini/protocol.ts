import { geminiEmbeddingSurface } from "../embeddings/gemini-surface.ts";
import { geminiEmbeddingWire } from "../embeddings/gemini-wire.ts";
import type { Protocol } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { isEventStream } from "../sse/is-event-stream.ts";
import { SseFramer } from "../sse/sse-framer.ts";
import { decodeTokenCount, encodeCountRequest, encodeTokenCount, modelEdits } from "./count-tokens.ts";
import { decodeCountRequest, decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { GeminiStreamDecoder } from "./decode-stream.ts";
import { inlineMedia, inlineTypes } from "./encode-media.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { GeminiStreamEncoder } from "./encode-stream.ts";
import { decodeError, encodeError, encodeStreamError } from "./error.ts";
import { holdsForeignState } from "./foreign-state.ts";
import { isContent } from "./is-content.ts";
import { GeminiRelayReader, relayMarks } from "./relay-reader.ts";
import { decodeUsage } from "./usage.ts";

/** Google's `generateContent`, as a surface for clients and as the wire of a vendor. */
export const gemini: Protocol = {
  id: "gemini",
  decodeRequest,
  toolNameRule: { character: /[A-Za-z0-9_.:-]/, first: /[A-Za-z_]/, maxLength: 64 },
  inlineMedia,
  inlineTypes,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  isStream: isEventStream,
  createFramer: () => new SseFramer(),
  createStreamDecoder: () => new GeminiStreamDecoder(),
  createStreamEncoder: (context) => new GeminiStreamEncoder(context),
  decodeCountRequest,
  encodeTokenCount,
  encodeCountRequest,
  decodeTokenCount,
  embeddingSurface: geminiEmbeddingSurface,
  embeddingWire: () => geminiEmbeddingWire,
  holdsForeignState,
  modelEdits,
  readUsage: (body) => (isObject(body) ? decodeUsage(body.usageMetadata) : undefined),
  createRelayReader: () => new GeminiRelayReader(),
  isContent,
  relayMarks,
  decodeError,
  encodeError,
  encodeStreamError,
  keepalive: ": keepalive\n\n",
};
