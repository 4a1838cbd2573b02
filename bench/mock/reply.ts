import type { BenchWire } from "../plan/lane.ts";
import { chatReply } from "./chat-reply.ts";
import { converseReply } from "./converse-reply.ts";
import { geminiReply } from "./gemini-reply.ts";
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
  /** Content type of the streamed form. */
  readonly streamType: string;
  readonly json: string;
  readonly opening: string | Buffer;
  readonly pieces: readonly (string | Buffer)[];
  readonly closing: string | Buffer;
}

const cache = new Map<string, Reply>();

/** The answer of `chunks` pieces in `protocol`; `includeUsage` matters to chat streams only. */
export function reply(options: {
  readonly protocol: BenchWire;
  readonly chunks: number;
  readonly includeUsage: boolean;
}): Reply {
  const key = `${options.protocol} ${options.chunks} ${options.includeUsage}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = frame(contents[options.protocol](options.chunks, options.includeUsage));
  cache.set(key, made);
  return made;
}

const contents: Readonly<Record<BenchWire, (chunks: number, includeUsage: boolean) => ReplyContent>> = {
  "openai-chat": chatReply,
  "anthropic-messages": messagesReply,
  gemini: geminiReply,
  "bedrock-converse": converseReply,
};

/** A whole response with a JSON body. */
export function jsonResponse(status: number, body: string): Buffer {
  const bytes = Buffer.from(body);
  const reason = status === 200 ? "OK" : "Not Found";
  const head = `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

function frame(content: ReplyContent): Reply {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: ${content.streamType}\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n`;
  return {
    json: jsonResponse(200, content.json),
    opening: Buffer.concat([Buffer.from(head), httpChunk(content.opening)]),
    pieces: content.pieces.map(httpChunk),
    closing: Buffer.concat([httpChunk(content.closing), Buffer.from("0\r\n\r\n")]),
  };
}

function httpChunk(part: string | Buffer): Buffer {
  // An empty chunk would end the body.
  if (part.length === 0) return Buffer.alloc(0);
  const bytes = Buffer.from(part);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}
