import type { Protocol } from "../protocol.ts";
import { isEventStream } from "../sse/is-event-stream.ts";
import { SseFramer } from "../sse/sse-framer.ts";
import { decodeTokenCount, encodeCountRequest, encodeTokenCount } from "./count-tokens.ts";
import { decodeCountRequest, decodeRequest } from "./decode-request.ts";
import { decodeResponse, readUsage } from "./decode-response.ts";
import { MessagesStreamDecoder } from "./decode-stream.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { keepalive, MessagesStreamEncoder } from "./encode-stream.ts";
import { decodeError, encodeError, encodeStreamError } from "./error.ts";
import { isContent } from "./is-content.ts";
import { MessagesRelayReader, relayMarks } from "./relay-reader.ts";

/** How state of another protocol's vendor begins in a body: see state-envelope.ts. */
const envelopeMark = Buffer.from('"penstock.');

/** The Messages API, as a surface for clients and as the wire of a vendor. */
export const anthropicMessages: Protocol = {
  id: "anthropic-messages",
  decodeRequest,
  toolNameRule: { character: /[A-Za-z0-9_-]/, maxLength: 128 },
  inlineMedia: (source) => source.kind === "url" && !/^https?:/i.test(source.url),
  inlineTypes: new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"]),
  encodeRequest,
  decodeResponse,
  encodeResponse,
  isStream: isEventStream,
  createFramer: () => new SseFramer(),
  createStreamDecoder: () => new MessagesStreamDecoder(),
  createStreamEncoder: (context) => new MessagesStreamEncoder(context),
  decodeCountRequest,
  encodeTokenCount,
  encodeCountRequest,
  decodeTokenCount,
  readUsage,
  createRelayReader: () => new MessagesRelayReader(),
  isContent,
  relayMarks,
  holdsForeignState: (body) =>
    Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(envelopeMark),
  decodeError,
  encodeError,
  encodeStreamError,
  keepalive,
};
