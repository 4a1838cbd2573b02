import { anthropicMessages } from "../anthropic-messages/protocol.ts";
import { EventStreamFramer } from "../aws-event-stream/event-stream-framer.ts";
import { isAwsEventStream } from "../aws-event-stream/is-event-stream.ts";
import { hostedEmbeddingWire } from "../embeddings/hosted-wire.ts";
import type { Protocol } from "../protocol.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse, readUsage } from "./decode-response.ts";
import { InvokeStreamDecoder } from "./decode-stream.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { InvokeStreamEncoder, keepalive } from "./encode-stream.ts";
import { decodeError, encodeError, encodeStreamError } from "./error.ts";
import { InvokeRelayReader, relayMarks } from "./relay-reader.ts";

const { toolNameRule, inlineTypes } = anthropicMessages;

/** Bedrock's InvokeModel for Messages models: their own bodies, in the platform's framing. */
export const bedrockInvoke: Protocol = {
  id: "bedrock-invoke",
  decodeRequest,
  ...(toolNameRule !== undefined && { toolNameRule }),
  betaHeader: "anthropic-beta",
  inlineMedia: (source) => source.kind === "url",
  ...(inlineTypes !== undefined && { inlineTypes }),
  encodeRequest,
  decodeResponse,
  encodeResponse,
  isStream: isAwsEventStream,
  createFramer: () => new EventStreamFramer(),
  createStreamDecoder: () => new InvokeStreamDecoder(),
  createStreamEncoder: (context) => new InvokeStreamEncoder(context),
  embeddingWire: hostedEmbeddingWire,
  readUsage,
  createRelayReader: () => new InvokeRelayReader(),
  relayMarks,
  decodeError,
  encodeError,
  encodeStreamError,
  keepalive,
};
