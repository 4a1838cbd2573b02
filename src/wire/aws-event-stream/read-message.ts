import type { SseFrame } from "../sse/sse-framer.ts";
import { crc32 } from "./crc32.ts";
import { writeFrameName } from "./frame-name.ts";
import {
  emptyLength,
  type MessageKind,
  maxHeaders,
  maxPayload,
  nameHeaders,
  preludeLength,
} from "./layout.ts";
import { malformed } from "./malformed.ts";
import { readHeaders } from "./read-headers.ts";

const decoder = new TextDecoder();
const kinds: ReadonlyMap<string | undefined, MessageKind> = new Map([
  ["event", "event"],
  ["exception", "exception"],
  ["error", "error"],
]);

/**
 * How long the message is whose prelude stands at `at`.
 *
 * @throws PenstockError `upstream_malformed` when the prelude contradicts its checksum or the framing's limits.
 */
export function readLength(bytes: Uint8Array, at: number): number {
  const total = uint32(bytes, at);
  const headers = uint32(bytes, at + 4);
  // The length decides how much is kept in memory: it is believed only after its checksum was found right.
  if (crc32(bytes, at, at + 8) !== uint32(bytes, at + 8)) throw malformed("a prelude with a wrong checksum");
  const payload = total - headers - emptyLength;
  if (payload < 0 || headers > maxHeaders || payload > maxPayload)
    throw malformed("a message of an impossible length");
  return total;
}

/**
 * The complete message from `at` to `end` as a frame; its `event` is written by `writeFrameName`.
 *
 * @throws PenstockError `upstream_malformed` when its checksum is wrong or its headers cannot be read.
 */
export function readMessage(bytes: Uint8Array, at: number, end: number): SseFrame {
  if (crc32(bytes, at, end - 4) !== uint32(bytes, end - 4))
    throw malformed("a message with a wrong checksum");
  const headersEnd = at + preludeLength + uint32(bytes, at + 4);
  const headers = readHeaders(bytes, at + preludeLength, headersEnd);
  const kind = kinds.get(headers.get(":message-type"));
  if (kind === undefined) throw malformed("a message without a known type");
  const event = writeFrameName({ kind, name: headers.get(nameHeaders[kind]) ?? "" });
  // An `error` has no payload: what it says is in a header.
  const data =
    kind === "error"
      ? JSON.stringify({ message: headers.get(":error-message") ?? "" })
      : decoder.decode(bytes.subarray(headersEnd, end - 4));
  return { event, data };
}

function uint32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
