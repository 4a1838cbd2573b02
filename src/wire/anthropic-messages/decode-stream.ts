import type { NeutralEvent } from "../neutral/event.ts";
import type { StopReason } from "../neutral/stop-reason.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { StreamDecoder } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { decodeErrorPayload } from "./error.ts";
import { decodeStopReason, readExplanation } from "./stop-reason.ts";
import { StreamBlocks } from "./stream-blocks.ts";
import { decodeUsage, mergeUsage } from "./usage.ts";

/** Reads a vendor's stream by the `type` of each payload; `event:` only repeats it, and some proxies drop it. */
export class MessagesStreamDecoder implements StreamDecoder {
  readonly #blocks = new StreamBlocks();
  #started = false;
  #done = false;
  #usage: JsonObject = {};
  /** The tier as the first event told it. */
  #saidTier: unknown;
  #stop: { readonly reason: StopReason; readonly sequence: string | undefined } | undefined;

  decode(frame: SseFrame, out: NeutralEvent[]): void {
    // A frame that was cut says nothing; `end` tells whether the stream was complete without it.
    if (this.#done || frame.partial === true || frame.data === "" || frame.data === "[DONE]") return;
    let payload: unknown;
    try {
      payload = JSON.parse(frame.data);
    } catch {
      this.#fail(unreadable("an event that is not JSON"), out);
      return;
    }
    if (isObject(payload)) this.#decode(payload, out);
    else this.#fail(unreadable("an event that is not a JSON object"), out);
  }

  end(out: NeutralEvent[]): void {
    if (this.#done) return;
    // Everything but the farewell has arrived once the stop reason is known.
    if (this.#stop === undefined) {
      this.#fail(
        {
          kind: "server_error",
          status: 502,
          code: "stream_truncated",
          message: "The stream ended before the answer was complete.",
        },
        out,
      );
    } else this.#finish(out);
  }

  #decode(payload: JsonObject, out: NeutralEvent[]): void {
    switch (payload.type) {
      case "content_block_delta":
        if (!this.#blocks.delta(payload, out)) {
          this.#fail(unreadable("a delta of a block that was not begun"), out);
        }
        break;
      case "content_block_start":
        if (!this.#started) this.#start({}, out);
        this.#blocks.start(payload, out);
        break;
      case "content_block_stop":
        this.#blocks.stop(payload.index, out);
        break;
      case "message_start":
        this.#start(isObject(payload.message) ? payload.message : {}, out);
        break;
      case "message_delta":
        this.#messageDelta(payload, out);
        break;
      case "message_stop":
        this.#finish(out);
        break;
      case "ping":
        out.push({ type: "ping" });
        break;
      case "error":
        this.#fail(decodeErrorPayload(payload), out);
        break;
      default:
        // Unknown events are to be ignored; an error without its type is known from proxies.
        if (isObject(payload.error)) this.#fail(decodeErrorPayload(payload), out);
    }
  }

  /** A proxy that retried inside may begin a second message: fine as long as nothing of the first was shown. */
  #start(message: JsonObject, out: NeutralEvent[]): void {
    if (this.#started && this.#blocks.begun) {
      this.#fail(unreadable("a second message after the first had begun"), out);
      return;
    }
    this.#blocks.reset();
    this.#usage = {};
    const usage = isObject(message.usage) ? message.usage : undefined;
    if (!this.#started) {
      this.#started = true;
      const tier = usage?.service_tier;
      this.#saidTier = tier;
      out.push({
        type: "start",
        id: typeof message.id === "string" ? message.id : "",
        model: typeof message.model === "string" ? message.model : "",
        ...(typeof tier === "string" && { serviceTier: tier }),
      });
    }
    this.#addUsage(usage, out);
  }

  #messageDelta(payload: JsonObject, out: NeutralEvent[]): void {
    const delta = isObject(payload.delta) ? payload.delta : {};
    if (typeof delta.stop_reason === "string") {
      this.#blocks.stopAll(out);
      const reason = decodeStopReason(delta.stop_reason, this.#blocks.calledTools);
      const explanation = reason === "refusal" ? readExplanation(delta.stop_details) : undefined;
      if (explanation !== undefined) this.#blocks.addRefusal(explanation, out);
      const sequence = typeof delta.stop_sequence === "string" ? delta.stop_sequence : undefined;
      this.#stop = { reason, sequence };
    }
    this.#addUsage(isObject(payload.usage) ? payload.usage : undefined, out);
  }

  #addUsage(usage: JsonObject | undefined, out: NeutralEvent[]): void {
    if (usage === undefined) return;
    this.#usage = mergeUsage(this.#usage, usage);
    out.push({ type: "usage", usage: decodeUsage(this.#usage) });
  }

  #finish(out: NeutralEvent[]): void {
    this.#blocks.stopAll(out);
    this.#done = true;
    const { reason, sequence } = this.#stop ?? {
      reason: decodeStopReason(undefined, this.#blocks.calledTools),
      sequence: undefined,
    };
    const tier = this.#usage.service_tier;
    out.push({
      type: "finish",
      reason,
      ...(sequence !== undefined && { stopSequence: sequence }),
      ...(typeof tier === "string" && tier !== this.#saidTier && { serviceTier: tier }),
    });
  }

  #fail(error: VendorError, out: NeutralEvent[]): void {
    this.#blocks.stopAll(out);
    this.#done = true;
    out.push({ type: "error", error });
  }
}

function unreadable(what: string): VendorError {
  return { kind: "server_error", status: 502, code: "stream_malformed", message: `The vendor sent ${what}.` };
}
