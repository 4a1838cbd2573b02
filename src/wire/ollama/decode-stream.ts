import type { NeutralEvent } from "../neutral/event.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { StreamDecoder } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { createdOf, decodeAnswerMessage, textOf } from "./decode-message.ts";
import { decodeInBandError } from "./error.ts";
import { ollamaOrigin } from "./schema.ts";
import { decodeStopReason } from "./stop-reason.ts";
import { decodeUsage } from "./usage.ts";

/** Lines to events. Each line holds what is new of the message, calls whole; the one with `done` ends the answer. */
export class OllamaStreamDecoder implements StreamDecoder {
  #started = false;
  #done = false;
  #next = 0;
  #open: "text" | "thinking" | undefined;
  #calls = 0;

  decode(frame: SseFrame, out: NeutralEvent[]): void {
    if (this.#done) return;
    let line: unknown;
    try {
      line = JSON.parse(frame.data);
    } catch {
      // A line that was cut says nothing; `end` tells whether the answer was complete without it.
      if (frame.partial !== true) this.#fail(unreadable("a line that is not JSON"), out);
      return;
    }
    if (isObject(line)) this.#read(line, out);
    else this.#fail(unreadable("a line that is not a JSON object"), out);
  }

  end(out: NeutralEvent[]): void {
    if (this.#done) return;
    const message = "The stream ended before the answer was complete.";
    this.#fail({ kind: "server_error", status: 502, code: "stream_truncated", message }, out);
  }

  #read(line: JsonObject, out: NeutralEvent[]): void {
    const error = decodeInBandError(line);
    if (error !== undefined) {
      this.#fail(error, out);
      return;
    }
    if (!this.#started) {
      this.#started = true;
      out.push({ type: "start", id: "", model: textOf(line.model), ...createdOf(line) });
    }
    const { thinking, text, calls } = decodeAnswerMessage(line, this.#calls);
    if (thinking !== "") {
      out.push({ type: "thinking-delta", index: this.#prose("thinking", out), text: thinking });
    }
    if (text !== "") out.push({ type: "text-delta", index: this.#prose("text", out), text });
    for (const { arguments: args, ...part } of calls) {
      this.#close(out);
      const index = this.#next++;
      this.#calls++;
      out.push({ type: "part-start", index, part });
      out.push({ type: "arguments-delta", index, text: args });
      out.push({ type: "part-end", index });
    }
    if (line.done === true) this.#finish(line, out);
  }

  /** The index of the open part of this kind, begun when there is none. */
  #prose(kind: "text" | "thinking", out: NeutralEvent[]): number {
    if (this.#open === kind) return this.#next - 1;
    this.#close(out);
    this.#open = kind;
    const part =
      kind === "text" ? ({ type: "text" } as const) : ({ type: "thinking", origin: ollamaOrigin } as const);
    out.push({ type: "part-start", index: this.#next, part });
    return this.#next++;
  }

  #close(out: NeutralEvent[]): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    out.push({ type: "part-end", index: this.#next - 1 });
  }

  #finish(line: JsonObject, out: NeutralEvent[]): void {
    this.#done = true;
    this.#close(out);
    const usage = decodeUsage(line);
    if (usage !== undefined) out.push({ type: "usage", usage });
    out.push({ type: "finish", reason: decodeStopReason(line.done_reason, this.#calls > 0) });
  }

  #fail(error: VendorError, out: NeutralEvent[]): void {
    this.#done = true;
    this.#close(out);
    out.push({ type: "error", error });
  }
}

function unreadable(what: string): VendorError {
  return { kind: "server_error", status: 502, code: "stream_malformed", message: `The vendor sent ${what}.` };
}
