import { createdAt } from "../created-at.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { withTier } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import type { StreamDecoder } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { decodeErrorEvent, decodeFailedResponse } from "./error.ts";
import { decodeStopReason } from "./stop-reason.ts";
import { StreamItems } from "./stream-items.ts";
import { decodeUsage } from "./usage.ts";

/**
 * Events of a vendor to neutral ones, by the payload's `type`. The stream is complete after `response.completed`,
 * `.incomplete` or `.failed`, or after an `error`; Open Responses servers then add `[DONE]`. Unknown events are skipped.
 */
export class ResponsesStreamDecoder implements StreamDecoder {
  readonly #items = new StreamItems();
  #started = false;
  /** The tier as the first event told it. */
  #saidTier: unknown;
  #done = false;

  get finishing(): boolean {
    return this.#done;
  }

  decode(frame: SseFrame, out: NeutralEvent[]): void {
    if (this.#done) return;
    const { data } = frame;
    if (data === "[DONE]") {
      this.end(out);
      return;
    }
    const event = parse(data);
    if (isObject(event)) this.#read(event, out);
    else if (frame.partial === true) this.end(out);
    else if (data.trim() !== "") {
      this.#fail(broken("stream_malformed", "The vendor sent an event that is not JSON."), out);
    }
  }

  end(out: NeutralEvent[]): void {
    if (this.#done) return;
    this.#fail(broken("stream_truncated", "The vendor ended the answer without its last event."), out);
  }

  #read(event: JsonObject, out: NeutralEvent[]): void {
    switch (event.type) {
      case "response.created":
      case "response.in_progress":
      case "response.queued":
        if (isObject(event.response)) this.#start(event.response, out);
        break;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        this.#finish(event, out);
        break;
      case "error":
        this.#fail(decodeErrorEvent(event), out);
        break;
      default:
        // A stream whose first event was lost begins with its first item.
        if (typeof event.type === "string" && event.type.startsWith("response.")) this.#start({}, out);
        this.#items.read(event, out);
    }
  }

  #start(response: JsonObject, out: NeutralEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    const { id, model, created_at, service_tier: tier } = response;
    this.#saidTier = tier;
    out.push({
      type: "start",
      id: typeof id === "string" ? id : "",
      model: typeof model === "string" ? model : "",
      ...createdAt(created_at),
      ...(typeof tier === "string" && { serviceTier: tier }),
    });
  }

  #finish(event: JsonObject, out: NeutralEvent[]): void {
    const response = isObject(event.response) ? event.response : {};
    this.#start(response, out);
    const failed = event.type === "response.failed";
    if (!failed && Array.isArray(response.output)) this.#items.addMissing(response.output, out);
    const usage = withTier(decodeUsage(response.usage), response.service_tier);
    if (failed) {
      if (usage !== undefined) out.push({ type: "usage", usage });
      this.#fail(decodeFailedResponse({ object: "response", ...response }) ?? decodeErrorEvent({}), out);
      return;
    }
    this.#items.end(out);
    if (usage !== undefined) out.push({ type: "usage", usage });
    const status = event.type === "response.incomplete" ? "incomplete" : response.status;
    // The first event only repeats the tier that was asked for.
    const { service_tier: tier } = response;
    out.push({
      type: "finish",
      reason: decodeStopReason({ ...response, status }, this.#items.emitted),
      ...(typeof tier === "string" && tier !== this.#saidTier && { serviceTier: tier }),
    });
    this.#done = true;
  }

  #fail(error: VendorError, out: NeutralEvent[]): void {
    this.#done = true;
    this.#items.end(out);
    out.push({ type: "error", error });
  }
}

function broken(code: string, message: string): VendorError {
  return { kind: "server_error", status: 502, code, message };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
