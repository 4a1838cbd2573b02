import { readFrameName } from "../aws-event-stream/frame-name.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { withTier } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { StreamDecoder } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { decodeStreamError } from "./error.ts";
import { decodeStopReason, readStopSequence } from "./stop-reason.ts";
import { StreamBlocks } from "./stream-blocks.ts";
import { decodeUsage } from "./usage.ts";

/** Reads a ConverseStream answer by the names of its events. */
export class ConverseStreamDecoder implements StreamDecoder {
  readonly #blocks = new StreamBlocks();
  #started = false;
  #done = false;
  #measured = false;
  #stop: JsonObject | undefined;
  #tier: string | undefined;

  /** Only the usage is missing; it comes before the last word or after it. */
  get finishing(): boolean {
    return this.#stop !== undefined;
  }

  decode(frame: SseFrame, out: NeutralEvent[]): void {
    // A frame that was cut says nothing; `end` tells whether the answer was complete without it.
    if (this.#done || frame.partial === true) return;
    const name = readFrameName(frame.event);
    if (name.kind !== "event") {
      this.#fail(decodeStreamError(name, frame.data), out);
      return;
    }
    const payload = parse(frame.data);
    if (payload === undefined) this.#fail(unreadable("an event that is not a JSON object"), out);
    else this.#decode({ name: name.name, payload }, out);
  }

  end(out: NeutralEvent[]): void {
    if (this.#done) return;
    if (this.#stop !== undefined) {
      this.#finish(this.#stop, out);
      return;
    }
    const message = "The stream ended before the answer was complete.";
    this.#fail({ kind: "server_error", status: 502, code: "stream_truncated", message }, out);
  }

  #decode({ name, payload }: { name: string; payload: JsonObject }, out: NeutralEvent[]): void {
    if (name !== "metadata") {
      // After the last word only the usage may follow.
      if (this.#stop !== undefined) return;
      this.#start(out);
    }
    switch (name) {
      case "contentBlockDelta":
        if (!this.#blocks.delta(payload, out)) {
          this.#fail(unreadable("arguments of a call that was not begun"), out);
        }
        break;
      case "contentBlockStart":
        this.#blocks.start(payload, out);
        break;
      case "contentBlockStop":
        this.#blocks.stop(payload.contentBlockIndex, out);
        break;
      case "messageStop":
        this.#blocks.stopAll(out);
        this.#stop = payload;
        if (this.#measured) this.#finish(payload, out);
        break;
      case "metadata":
        this.#metadata(payload, out);
        break;
    }
  }

  /** Recordings exist that begin with their first block. */
  #start(out: NeutralEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    out.push({ type: "start", id: "", model: "" });
  }

  #metadata({ usage, serviceTier }: JsonObject, out: NeutralEvent[]): void {
    if (isObject(serviceTier) && typeof serviceTier.type === "string") this.#tier = serviceTier.type;
    if (!isObject(usage)) return;
    this.#start(out);
    this.#measured = true;
    out.push({ type: "usage", usage: withTier(decodeUsage(usage), this.#tier) });
    if (this.#stop !== undefined) this.#finish(this.#stop, out);
  }

  #finish({ stopReason, additionalModelResponseFields }: JsonObject, out: NeutralEvent[]): void {
    this.#done = true;
    const stopSequence = readStopSequence(additionalModelResponseFields);
    out.push({
      type: "finish",
      reason: decodeStopReason(stopReason, this.#blocks.calledTools),
      ...(stopSequence !== undefined && { stopSequence }),
      ...(this.#tier !== undefined && { serviceTier: this.#tier }),
    });
  }

  /** What fails after the last word takes nothing back: the answer is complete. */
  #fail(error: VendorError, out: NeutralEvent[]): void {
    if (this.#stop !== undefined) {
      this.#finish(this.#stop, out);
      return;
    }
    this.#blocks.stopAll(out);
    this.#done = true;
    out.push({ type: "error", error });
  }
}

function parse(data: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(what: string): VendorError {
  return { kind: "server_error", status: 502, code: "stream_malformed", message: `The vendor sent ${what}.` };
}
