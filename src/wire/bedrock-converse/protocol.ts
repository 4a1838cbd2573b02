import { EventStreamFramer } from "../aws-event-stream/event-stream-framer.ts";
import { isAwsEventStream } from "../aws-event-stream/is-event-stream.ts";
import type { Protocol } from "../protocol.ts";
import { decodeTokenCount, encodeCountRequest } from "./count-tokens.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse, readUsage } from "./decode-response.ts";
import { ConverseStreamDecoder } from "./decode-stream.ts";
import { inlineMedia, inlineTypes } from "./encode-media.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { ConverseStreamEncoder, keepalive } from "./encode-stream.ts";
import { decodeError, encodeError, encodeStreamError } from "./error.ts";
import { ConverseRelayReader, relayMarks } from "./relay-reader.ts";

/** Bedrock's Converse API, the wire of all models that one platform hosts. */
export const bedrockConverse: Protocol = {
  id: "bedrock-converse",
  decodeRequest,
  toolNameRule: { character: /[A-Za-z0-9_-]/, maxLength: 64 },
  betaHeader: "anthropic-beta",
  inlineMedia,
  inlineTypes,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  encodeCountRequest,
  decodeTokenCount,
  isStream: isAwsEventStream,
  createFramer: () => new EventStreamFramer(),
  createStreamDecoder: () => new ConverseStreamDecoder(),
  createStreamEncoder: () => new ConverseStreamEncoder(),
  readUsage,
  createRelayReader: () => new ConverseRelayReader(),
  relayMarks,
  decodeError,
  encodeError,
  encodeStreamError,
  keepalive,
};
