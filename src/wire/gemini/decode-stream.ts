import { firstAlternative } from "../first-alternative.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import type { StopReason } from "../neutral/stop-reason.ts";
import { withTier } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { StreamDecoder } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { citationsOf } from "./citations.ts";
import { textOf } from "./decode-parts.ts";
import { decodeInBandError } from "./error.ts";
import { decodeStopReason } from "./stop-reason.ts";
import { StreamParts } from "./stream-parts.ts";
import { decodeUsage, isUsage, servedTier } from "./usage.ts";

/**
 * Reads a vendor's stream: chunks of the shape of a whole answer, each with the parts that are new. There is no terminal
 * event: the answer is complete when a finish reason was seen and the stream has ended.
 */
export class GeminiStreamDecoder implements StreamDecoder {
  readonly #parts = new StreamParts();
  #started = false;
  #done = false;
  #reason: unknown;
  #blocked = false;
  /** The last `usageMetadata`, read at the end only: each chunk has one, and it counts from the start. */
  #usage: JsonObject | undefined;
  #tier: string | undefined;
  /** The tier as the first event told it. */
  #saidTier: string | undefined;

  get finishing(): boolean {
    return this.#reason !== undefined || this.#blocked;
  }

  decode(frame: SseFrame, out: NeutralEvent[]): void {
    if (this.#done || frame.data.trim() === "" || frame.data === "[DONE]") return;
    let payload: unknown;
    try {
      payload = JSON.parse(frame.data);
    } catch {
      // A frame that was cut says nothing; `end` tells whether the stream was complete without it.
      if (frame.partial !== true) this.#fail(unreadable("an event that is not JSON"), out);
      return;
    }
    // Some hosts put a failure into a list of one.
    const chunk = Array.isArray(payload) ? payload[0] : payload;
    if (isObject(chunk)) this.#read(chunk, out);
    else this.#fail(unreadable("an event that is not a JSON object"), out);
  }

  end(out: NeutralEvent[]): void {
    if (this.#done) return;
    if (!this.finishing) {
      const message = "The stream ended before the answer was complete.";
      this.#fail({ kind: "server_error", status: 502, code: "stream_truncated", message }, out);
      return;
    }
    this.#done = true;
    this.#parts.end(out);
    this.#tellUsage(out);
    out.push({
      type: "finish",
      reason: this.#stopReason(),
      ...(this.#tier !== undefined && this.#tier !== this.#saidTier && { serviceTier: this.#tier }),
    });
  }

  #read(chunk: JsonObject, out: NeutralEvent[]): void {
    const error = decodeInBandError(chunk);
    if (error !== undefined) {
      this.#fail(error, out);
      return;
    }
    this.#start(chunk, out);
    if (isUsage(chunk.usageMetadata)) this.#usage = chunk.usageMetadata;
    this.#tier = servedTier(chunk.usageMetadata) ?? this.#tier;
    const candidate = firstAlternative(chunk.candidates);
    if (candidate === undefined) {
      if (isObject(chunk.promptFeedback) && chunk.promptFeedback.blockReason !== undefined)
        this.#blocked = true;
      return;
    }
    const content = isObject(candidate.content) ? candidate.content.parts : undefined;
    if (Array.isArray(content)) for (const part of content) this.#parts.add(part, out);
    const citations = citationsOf(candidate);
    if (citations !== undefined) this.#parts.cite(citations, out);
    if (typeof candidate.finishReason === "string") this.#reason ??= candidate.finishReason;
  }

  #start(chunk: JsonObject, out: NeutralEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    const id = textOf(chunk.responseId);
    this.#parts.responseId = id;
    const tier = servedTier(chunk.usageMetadata);
    this.#saidTier = tier;
    out.push({
      type: "start",
      id,
      model: textOf(chunk.modelVersion),
      ...(tier !== undefined && { serviceTier: tier }),
    });
  }

  #stopReason(): StopReason {
    return this.#reason === undefined
      ? "content_filter"
      : decodeStopReason(this.#reason, this.#parts.calledTools);
  }

  #fail(error: VendorError, out: NeutralEvent[]): void {
    this.#done = true;
    this.#parts.end(out);
    // What was used until then is paid for.
    this.#tellUsage(out);
    out.push({ type: "error", error });
  }

  #tellUsage(out: NeutralEvent[]): void {
    const usage = decodeUsage(this.#usage);
    if (usage !== undefined) out.push({ type: "usage", usage: withTier(usage, this.#tier) });
  }
}

function unreadable(what: string): VendorError {
  return { kind: "server_error", status: 502, code: "stream_malformed", message: `The vendor sent ${what}.` };
}
