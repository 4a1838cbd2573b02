import { MessagesStreamDecoder } from "../anthropic-messages/decode-stream.ts";
import { readFrameName } from "../aws-event-stream/frame-name.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { StreamDecoder } from "../protocol.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { chunkText } from "./chunk-text.ts";
import { decodeStreamError } from "./error.ts";

/** Reads a stream of InvokeModel: each chunk holds one event of the Messages API. */
export class InvokeStreamDecoder implements StreamDecoder {
  readonly #messages = new MessagesStreamDecoder();
  #failed = false;

  decode(frame: SseFrame, out: NeutralEvent[]): void {
    if (this.#failed || frame.partial === true) return;
    const name = readFrameName(frame.event);
    if (name.kind !== "event") {
      this.#fail(decodeStreamError(name, frame.data), out);
      return;
    }
    if (name.name !== "chunk") return;
    const text = chunkText(frame.data);
    if (text === undefined) {
      const message = "The vendor sent a chunk without bytes.";
      this.#fail({ kind: "server_error", status: 502, code: "stream_malformed", message }, out);
    } else this.#messages.decode({ event: undefined, data: text }, out);
  }

  end(out: NeutralEvent[]): void {
    if (!this.#failed) this.#messages.end(out);
  }

  /** Parts that are open are ended; a stream that was complete stays so. */
  #fail(error: VendorError, out: NeutralEvent[]): void {
    this.#failed = true;
    const rest: NeutralEvent[] = [];
    this.#messages.end(rest);
    for (const event of rest) out.push(event.type === "error" ? { type: "error", error } : event);
  }
}
