import { crc32 } from "node:zlib";
import { readRecordedEvents } from "../shared/recording.ts";
import type { Pace, ScriptedReply } from "../shared/scripted-reply.ts";

/** One message of a stream: its name and its payload. */
export type StreamMessage = readonly [name: string, payload: object];

/** Messages as AWS frames them; written apart from the product's own framing, which it helps to test. */
export function frameMessages(
  messages: readonly StreamMessage[],
  type: "event" | "exception" = "event",
): Buffer {
  return Buffer.concat(messages.map((message) => frame(message, type)));
}

/** A stream as a scripted reply; `broken` is an exception after the events. */
export function streamReply(
  messages: readonly StreamMessage[],
  options: { readonly broken?: StreamMessage; readonly pace?: Pace } = {},
): ScriptedReply {
  const { broken, pace } = options;
  const tail = broken === undefined ? Buffer.alloc(0) : frameMessages([broken], "exception");
  return {
    body: Buffer.concat([frameMessages(messages), tail]),
    headers: { "content-type": "application/vnd.amazon.eventstream" },
    ...(pace !== undefined && { pace }),
  };
}

/** Events of the Messages API as InvokeModelWithResponseStream wraps them, padded as it does. */
export function chunkMessages(events: readonly unknown[]): readonly StreamMessage[] {
  return events.map((event, i) => {
    const bytes = Buffer.from(JSON.stringify(event)).toString("base64");
    return ["chunk", { bytes, p: "abcdefghijklmnop".slice(0, (i * 5) % 16) }];
  });
}

/** A recorded stream; each line of the file is `{"<event type>": {payload}}`. */
export async function recordedMessages(path: string): Promise<readonly StreamMessage[]> {
  const lines = await readRecordedEvents(path);
  return lines.map((line): StreamMessage => {
    const [entry] = Object.entries(JSON.parse(line));
    if (entry === undefined) throw new Error("an empty event in a recording");
    return [entry[0], entry[1] as object];
  });
}

function frame([name, payload]: StreamMessage, type: "event" | "exception"): Buffer {
  const headers = Buffer.concat([
    header(`:${type}-type`, name),
    header(":content-type", "application/json"),
    header(":message-type", type),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const start = Buffer.concat([prelude, checksum(prelude), headers, body]);
  return Buffer.concat([start, checksum(start)]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(7), length, Buffer.from(value)]);
}
