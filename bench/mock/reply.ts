import type { BenchProtocol } from "../plan/lane.ts";
import { chatReply } from "./chat-reply.ts";
import { messagesReply } from "./messages-reply.ts";

/** One answer in bytes, ready to be written: a plain one, and a streamed one cut where the vendor would cut it. */
export interface Reply {
  readonly json: Buffer;
  /** Response head and what precedes the first text. */
  readonly opening: Buffer;
  /** One text piece each, about 260 bytes of event, framed as one HTTP chunk. */
  readonly pieces: readonly Buffer[];
  /** Everything after the last text, the end of the chunked body included. */
  readonly closing: Buffer;
}

/** The body of an answer before HTTP framing; shapes from the vendors' public API references. */
export interface ReplyContent {
  readonly json: string;
  readonly opening: string;
  readonly pieces: readonly string[];
  readonly closing: string;
}

const cache = new Map<string, Reply>();

/** The answer of `chunks` pieces in `protocol`; `includeUsage` matters to chat streams only. */
export function reply(options: {
  readonly protocol: BenchProtocol;
  readonly chunks: number;
  readonly includeUsage: boolean;
}): Reply {
  const key = `${options.protocol} ${options.chunks} ${options.includeUsage}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const content =
    options.protocol === "openai-chat"
      ? chatReply(options.chunks, options.includeUsage)
      : messagesReply(options.chunks);
  const made = frame(content);
  cache.set(key, made);
  return made;
}

/** A whole response with a JSON body. */
export function jsonResponse(status: number, body: string): Buffer {
  const bytes = Buffer.from(body);
  const reason = status === 200 ? "OK" : "Not Found";
  const head = `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

function frame(content: ReplyContent): Reply {
  const head =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n";
  return {
    json: jsonResponse(200, content.json),
    opening: Buffer.concat([Buffer.from(head), httpChunk(content.opening)]),
    pieces: content.pieces.map(httpChunk),
    closing: Buffer.concat([httpChunk(content.closing), Buffer.from("0\r\n\r\n")]),
  };
}

function httpChunk(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}
