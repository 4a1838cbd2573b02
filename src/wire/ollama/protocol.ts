import { ollamaEmbeddingWire } from "../embeddings/ollama-wire.ts";
import { isNdjson } from "../ndjson/is-ndjson.ts";
import { NdjsonFramer } from "../ndjson/ndjson-framer.ts";
import { writeLine } from "../ndjson/write-line.ts";
import type { Protocol } from "../protocol.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { OllamaStreamDecoder } from "./decode-stream.ts";
import { inlineMedia } from "./encode-content.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse, envelope } from "./encode-response.ts";
import { OllamaStreamEncoder } from "./encode-stream.ts";
import { decodeError, encodeError, encodeStreamError } from "./error.ts";
import { OllamaRelayReader, relayMarks } from "./relay-reader.ts";
import { decodeUsage } from "./usage.ts";

/** Ollama's own `/api/chat`, as the wire of a vendor. It can be read and written in both roles. */
export const ollama: Protocol = {
  id: "ollama",
  decodeRequest,
  inlineMedia,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  isStream: isNdjson,
  createFramer: () => new NdjsonFramer(),
  createStreamDecoder: () => new OllamaStreamDecoder(),
  createStreamEncoder: (context) => new OllamaStreamEncoder(context),
  embeddingWire: () => ollamaEmbeddingWire,
  readUsage: decodeUsage,
  createRelayReader: () => new OllamaRelayReader(),
  relayMarks,
  decodeError,
  encodeError,
  encodeStreamError,
  // Clients parse every line, so that silence can only be broken by a piece that says nothing.
  keepalive: writeLine({
    ...envelope({ model: "", created: 0 }),
    message: { role: "assistant", content: "" },
    done: false,
  }),
};
