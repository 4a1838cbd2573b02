import type { NeutralEvent, StreamPart } from "../neutral/event.ts";
import type { Signed } from "../neutral/part.ts";
import { noUsage, type Usage } from "../neutral/usage.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import type { AnswerContext, StreamEncoder } from "../protocol.ts";
import { BlockSequence } from "./block-sequence.ts";
import { messageId, withCallId } from "./encode-response.ts";
import { errorPayload } from "./error.ts";
import { messagesOrigin } from "./schema.ts";
import { type StatePlace, wrapPartState } from "./state-envelope.ts";
import { encodeStopDetails, encodeStopReason } from "./stop-reason.ts";
import { encodeMessageUsage, encodeTier, encodeUsage } from "./usage.ts";
import { WireBlockWriter } from "./wire-block-writer.ts";

/** Sent while the vendor is silent; SDKs skip it by its name. */
export const keepalive = `event: ping\ndata: {"type":"ping"}\n\n`;

type Start = Extract<NeutralEvent, { type: "start" }>;

/**
 * Writes the event grammar that the official SDKs accumulate. `message_start` waits for the event after it, since the
 * usage it should carry may come then.
 */
export class MessagesStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  #start: Start | undefined;
  #started = false;
  #done = false;
  #usage: Usage = noUsage;
  /** Writers by neutral index. */
  readonly #writers: (WireBlockWriter | undefined)[] = [];
  readonly #sequence = new BlockSequence();
  /** Signatures of texts that have not begun, by neutral index. */
  readonly #waiting = new Map<number, Signed>();
  #calledTools = false;
  #refused = false;
  #explanation = "";

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  encode(event: NeutralEvent): string {
    if (this.#done) return "";
    switch (event.type) {
      case "text-delta":
      case "thinking-delta":
      case "arguments-delta":
        return this.#delta(event.index, event.text);
      case "signature":
        this.#writers[event.index]?.sign(event.signature);
        return "";
      case "citation":
        return this.#cite(event);
      case "refusal-delta":
        this.#explanation += event.text;
        return "";
      case "part-start":
        return this.#begin() + this.#startPart(event.index, event.part);
      case "part-end": {
        const writer = this.#writers[event.index];
        if (writer === undefined) return "";
        return this.#signWaiting(event.index, "alone") + this.#sequence.end(writer);
      }
      case "start":
        this.#start = event;
        return "";
      case "usage":
        this.#usage = event.usage;
        return "";
      case "ping":
        return keepalive;
      case "finish":
        this.#done = true;
        return this.#begin() + this.#finish(event);
      case "error":
        this.#done = true;
        return `event: error\ndata: ${encodeVendorError(event.error)}\n\n`;
    }
  }

  #delta(index: number, text: string): string {
    const writer = this.#writers[index];
    if (writer === undefined || text === "") return "";
    const signature = this.#waiting.size === 0 ? "" : this.#signWaiting(index, "next");
    return signature + this.#sequence.pass(writer, writer.delta(text));
  }

  #signWaiting(index: number, place: StatePlace): string {
    const signed = this.#waiting.get(index);
    if (signed === undefined) return "";
    this.#waiting.delete(index);
    return this.#sign(signed, place);
  }

  /** The block that carries a part's signature; nothing for a part without. */
  #sign({ signature, origin }: Signed, place: StatePlace): string {
    if (signature === undefined || origin === undefined) return "";
    const writer = new WireBlockWriter({ type: "thinking", origin: messagesOrigin }, this.#sequence.open);
    writer.sign(wrapPartState({ state: signature, origin, place }));
    return this.#sequence.pass(writer, writer.start()) + this.#sequence.end(writer);
  }

  #cite(event: Extract<NeutralEvent, { type: "citation" }>): string {
    const writer = this.#writers[event.index];
    return writer === undefined ? "" : this.#sequence.pass(writer, writer.cite(event));
  }

  #begin(): string {
    if (this.#started) return "";
    this.#started = true;
    const message = {
      id: messageId(this.#start?.id ?? "", this.#context),
      type: "message",
      role: "assistant",
      model: this.#start?.model || this.#context.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: encodeMessageUsage(this.#usage, this.#start?.serviceTier),
    };
    return `event: message_start\ndata: ${JSON.stringify({ type: "message_start", message })}\n\n`;
  }

  #startPart(index: number, told: StreamPart): string {
    const part = told.type === "tool_call" ? withCallId(told, { at: index, context: this.#context }) : told;
    if (part.type === "refusal") {
      this.#refused = true;
      return "";
    }
    // Only vendors of this protocol understand the others' blocks, and so do only its clients.
    if (part.type === "opaque" && part.protocol !== "anthropic-messages") return "";
    if (part.type === "redacted_thinking" && part.data === "") return "";
    if (part.type === "tool_call") this.#calledTools = true;
    const signature = part.type === "tool_call" ? this.#sign(part, { call: part.id }) : "";
    if (part.type === "text" && part.signature !== undefined) this.#waiting.set(index, part);
    const writer = new WireBlockWriter(part, this.#sequence.open);
    this.#writers[index] = writer;
    return signature + this.#sequence.pass(writer, writer.start());
  }

  #finish({ reason, stopSequence, serviceTier }: Extract<NeutralEvent, { type: "finish" }>): string {
    const ends = this.#sequence.endAll();
    const stopReason = encodeStopReason(reason, { calledTools: this.#calledTools, refused: this.#refused });
    const delta = {
      type: "message_delta",
      delta: {
        stop_reason: stopReason,
        stop_sequence: stopSequence ?? null,
        stop_details: encodeStopDetails(stopReason, this.#explanation),
      },
      usage: { ...encodeUsage(this.#usage), service_tier: encodeTier(serviceTier) },
    };
    return `${ends}event: message_delta\ndata: ${JSON.stringify(delta)}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n`;
  }
}

/** The vendor's words are shown where the caller can act on them; the others may speak of the operator's account. */
const shown: ReadonlySet<VendorErrorKind> = new Set<VendorErrorKind>([
  "invalid_request",
  "context_exceeded",
  "not_found",
  "too_large",
]);

function encodeVendorError({ kind, status, message }: VendorError): string {
  return errorPayload({
    status,
    message: shown.has(kind) ? message : "The vendor failed while it was answering.",
  });
}
