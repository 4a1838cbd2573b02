import { createdAt } from "../created-at.ts";
import { firstAlternative } from "../first-alternative.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { type Usage, withTier } from "../neutral/usage.ts";
import type { VendorErrorKind } from "../neutral/vendor-error.ts";
import type { StreamDecoder } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { decodeInBandError } from "./error.ts";
import { decodeStopReason } from "./stop-reason.ts";
import { StreamContent } from "./stream-content.ts";
import { decodeUsage } from "./usage.ts";

/**
 * Chunks to events. Only the first choice is read. The stream is complete when a finish reason was seen; `[DONE]`,
 * or usage after the finish reason, says that nothing more will come, so that a vendor that then keeps the connection
 * open does not keep the client waiting.
 */
export class ChatStreamDecoder implements StreamDecoder {
  readonly #content = new StreamContent();
  #id = "";
  #started = false;
  #reason = "";
  #tier: string | undefined;
  /** The tier as the first chunk told it. */
  #saidTier: string | undefined;
  #usage: Usage | undefined;
  #done = false;

  get finishing(): boolean {
    return this.#reason !== "";
  }

  decode(frame: SseFrame, out: NeutralEvent[]): void {
    if (this.#done) return;
    const { data } = frame;
    if (data === "[DONE]") {
      this.end(out);
      return;
    }
    const chunk = parse(data);
    if (!isObject(chunk)) {
      if (frame.partial === true) this.end(out);
      else if (data.trim() !== "")
        this.#fail({ code: "stream_malformed", message: "The vendor sent an event that is not JSON." }, out);
      return;
    }
    this.#read(chunk, out);
  }

  end(out: NeutralEvent[]): void {
    if (this.#done) return;
    if (this.#reason === "") {
      this.#fail(
        { code: "stream_truncated", message: "The vendor ended the answer without a finish reason." },
        out,
      );
      return;
    }
    this.#finish(out);
  }

  #read(chunk: JsonObject, out: NeutralEvent[]): void {
    const choices = Array.isArray(chunk.choices) ? chunk.choices : [];
    const error = chunk.error === undefined && choices.length > 0 ? undefined : decodeInBandError(chunk);
    if (error !== undefined) {
      this.#content.end(this.#id, out);
      out.push({ type: "error", error });
      this.#done = true;
      return;
    }
    if (!this.#started) this.#start(chunk, { out, hasChoice: choices.length > 0 });
    if (typeof chunk.service_tier === "string") this.#tier = chunk.service_tier;
    const choice = firstAlternative(choices);
    if (choice !== undefined) this.#readChoice(choice, out);
    if (chunk.usage === undefined || chunk.usage === null) return;
    this.#usage = decodeUsage(chunk.usage) ?? this.#usage;
    if (this.#usage !== undefined && this.#reason !== "") this.#finish(out);
  }

  #readChoice(choice: JsonObject, out: NeutralEvent[]): void {
    // A choice of a whole answer in a stream has `message` where a chunk has `delta`.
    const delta = isObject(choice.delta) ? choice.delta : choice.message;
    if (isObject(delta)) this.#content.add(delta, this.#id, out);
    const reason = choice.finish_reason;
    if (typeof reason !== "string" || reason === "" || this.#reason !== "") return;
    this.#reason = reason;
    if (reason === "error") {
      this.#fail({ code: "error", message: "The vendor ended the answer with an error." }, out);
    }
  }

  /** Azure's first chunk has neither an id nor a choice and is no start. */
  #start(chunk: JsonObject, { out, hasChoice }: { out: NeutralEvent[]; hasChoice: boolean }): void {
    const id = typeof chunk.id === "string" ? chunk.id : "";
    if (id === "" && !hasChoice) return;
    this.#started = true;
    this.#id = id;
    const tier = typeof chunk.service_tier === "string" ? chunk.service_tier : undefined;
    this.#saidTier = tier;
    out.push({
      type: "start",
      id,
      model: typeof chunk.model === "string" ? chunk.model : "",
      ...createdAt(chunk.created),
      ...(tier === undefined ? {} : { serviceTier: tier }),
    });
  }

  #finish(out: NeutralEvent[]): void {
    this.#done = true;
    const emitted = { toolCall: this.#content.hasToolCall, refusal: this.#content.hasRefusal };
    this.#content.end(this.#id, out);
    if (this.#usage !== undefined) out.push({ type: "usage", usage: withTier(this.#usage, this.#tier) });
    out.push({
      type: "finish",
      reason: decodeStopReason(this.#reason, emitted),
      ...(this.#tier === undefined || this.#tier === this.#saidTier ? {} : { serviceTier: this.#tier }),
    });
  }

  #fail(fault: { readonly code: string; readonly message: string }, out: NeutralEvent[]): void {
    if (this.#done) return;
    this.#done = true;
    this.#content.end(this.#id, out);
    // What was used until then is paid for.
    if (this.#usage !== undefined) out.push({ type: "usage", usage: this.#usage });
    const kind: VendorErrorKind = "server_error";
    out.push({ type: "error", error: { kind, status: 502, ...fault } });
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
