import { writeMessage } from "../../src/wire/aws-event-stream/write-message.ts";
import { chunkText } from "../../src/wire/bedrock-invoke/chunk-text.ts";
import type { SseFrame } from "../../src/wire/sse/sse-framer.ts";
import type { WireAdapter } from "../conformance/wires/wire.ts";

/** One event of a vendor's stream, without its framing. */
export interface Frame {
  readonly event: string | undefined;
  readonly data: string;
}

/** The events of a stream that keeps to its framing. */
export function splitFrames(bytes: Uint8Array, wire: WireAdapter): readonly Frame[] {
  const framer = wire.protocol.createFramer();
  const frames: SseFrame[] = [];
  framer.push(bytes, frames);
  framer.end(frames);
  return frames.map(({ event, data }) => ({
    event,
    data: wire.id === "bedrock-invoke" && event === "chunk" ? (chunkText(data) ?? data) : data,
  }));
}

/** The events in the wire's framing, whatever they hold. */
export function joinFrames(frames: readonly Frame[], wire: WireAdapter): Uint8Array {
  return Buffer.concat(frames.map((frame) => Buffer.from(frameBytes(frame, wire))));
}

function frameBytes({ event, data }: Frame, wire: WireAdapter): Uint8Array {
  if (wire.contentType.includes("eventstream")) {
    const payload =
      wire.id === "bedrock-invoke" && event === "chunk"
        ? JSON.stringify({ bytes: Buffer.from(data).toString("base64") })
        : data;
    return writeMessage({ kind: "event", name: event ?? "" }, payload);
  }
  if (wire.contentType.includes("ndjson")) return Buffer.from(`${data}\n`);
  const name = event === undefined ? "" : `event: ${event}\n`;
  return Buffer.from(`${name}${data.replaceAll(/^/gm, "data: ")}\n\n`);
}
