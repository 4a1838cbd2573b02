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

/** What the headers of a message say. */
interface MessageHead {
  /** Written by `writeFrameName`. */
  readonly event: string;
  /** The words of an `error`, which has no payload. */
  readonly message: string | undefined;
}

/** Reads the messages of one stream. Those that follow each other mostly have the same headers, which are read once. */
export class MessageReader {
  /** The headers read last, as bytes, and what they say. */
  #bytes = new Uint8Array(0);
  #head: MessageHead | undefined;

  /**
   * The complete message from `at` to `end` as a frame; its `event` is written by `writeFrameName`.
   *
   * @throws PenstockError `upstream_malformed` when its checksum is wrong or its headers cannot be read.
   */
  read(bytes: Uint8Array, at: number, end: number): SseFrame {
    if (crc32(bytes, at, end - 4) !== uint32(bytes, end - 4))
      throw malformed("a message with a wrong checksum");
    const headersAt = at + preludeLength;
    const headersEnd = headersAt + uint32(bytes, at + 4);
    const { event, message } = this.#headOf(bytes, headersAt, headersEnd);
    const data =
      message === undefined
        ? decoder.decode(bytes.subarray(headersEnd, end - 4))
        : JSON.stringify({ message });
    return { event, data };
  }

  #headOf(bytes: Uint8Array, start: number, end: number): MessageHead {
    const known = this.#bytes;
    let same = end - start === known.length;
    for (let i = 0; same && i < known.length; i++) same = bytes[start + i] === known[i];
    if (same && this.#head !== undefined) return this.#head;
    const head = readHead(bytes, start, end);
    this.#bytes = bytes.slice(start, end);
    this.#head = head;
    return head;
  }
}

function readHead(bytes: Uint8Array, start: number, end: number): MessageHead {
  const headers = readHeaders(bytes, start, end);
  const kind = kinds.get(headers.get(":message-type"));
  if (kind === undefined) throw malformed("a message without a known type");
  const event = writeFrameName({ kind, name: headers.get(nameHeaders[kind]) ?? "" });
  return { event, message: kind === "error" ? (headers.get(":error-message") ?? "") : undefined };
}

function uint32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}
