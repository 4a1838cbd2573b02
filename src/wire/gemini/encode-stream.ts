import type { NeutralEvent, StreamPart } from "../neutral/event.ts";
import type { AssistantPart } from "../neutral/part.ts";
import { signedOf } from "../neutral/signed-of.ts";
import { noUsage, type Usage } from "../neutral/usage.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import type { AnswerContext, StreamEncoder } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { encodeAnswerPart } from "./answer-parts.ts";
import { encodeServedTier } from "./encode-served-tier.ts";
import { errorPayload } from "./error.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { encodeUsage } from "./usage.ts";

/** A part that has begun: what it is, and what of it must wait until it is whole. */
interface OpenPart {
  readonly start: StreamPart;
  held: string;
}

/**
 * Events to chunks. Prose is passed on as it comes; a call waits until its arguments are whole, since the protocol has no
 * pieces of them, and so does a text that is signed. A thought's signature follows on an empty thought.
 */
export class GeminiStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  readonly #parts = new Map<number, OpenPart>();
  #tail = "";
  #usage: Usage = noUsage;
  #citations: JsonObject = {};
  #tier: JsonObject = {};
  #ended = false;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#setEnvelope({ id: "", model: "" });
  }

  encode(event: NeutralEvent): string {
    if (this.#ended) return "";
    switch (event.type) {
      case "text-delta": {
        if (event.text === "") return "";
        const part = this.#parts.get(event.index);
        if (part?.start.type !== "text" || part.start.signature === undefined) {
          return this.#chunk(`{"text":${JSON.stringify(event.text)}}`);
        }
        // A signature belongs to the whole of its text.
        part.held += event.text;
        return "";
      }
      case "refusal-delta":
        return this.#chunk(`{"text":${JSON.stringify(event.text)}}`);
      case "thinking-delta":
        return this.#chunk(`{"text":${JSON.stringify(event.text)},"thought":true}`);
      case "arguments-delta":
      case "signature": {
        const part = this.#parts.get(event.index);
        if (part !== undefined) part.held += event.type === "signature" ? event.signature : event.text;
        return "";
      }
      case "start":
        this.#setEnvelope(event);
        this.#tier = encodeServedTier(event.serviceTier);
        return "";
      case "part-start":
        this.#parts.set(event.index, { start: event.part, held: "" });
        return "";
      case "part-end":
        return this.#end(event.index);
      case "citation":
        if (event.protocol === "gemini" && isObject(event.value)) this.#citations = event.value;
        return "";
      case "usage":
        this.#usage = event.usage;
        return "";
      case "ping":
        return "";
      case "finish": {
        this.#ended = true;
        const open = [...this.#parts.keys()].map((index) => this.#end(index)).join("");
        if (event.serviceTier !== undefined) this.#tier = encodeServedTier(event.serviceTier);
        return open + this.#finish(encodeStopReason(event.reason));
      }
      case "error":
        this.#ended = true;
        return `data: ${encodeVendorError(event.error)}\n\n`;
    }
  }

  /** The text behind every chunk's candidate: all chunks of an answer have the same id and model. */
  #setEnvelope({ id, model }: { readonly id: string; readonly model: string }): void {
    const modelVersion = model || this.#context.model;
    const responseId = id || this.#context.requestId;
    this.#tail = `,${JSON.stringify({ modelVersion, responseId }).slice(1)}\n\n`;
  }

  #chunk(part: string): string {
    return `data: {"candidates":[{"content":{"parts":[${part}],"role":"model"},"index":0}]${this.#tail}`;
  }

  #end(index: number): string {
    const open = this.#parts.get(index);
    if (open === undefined) return "";
    this.#parts.delete(index);
    const part = encodeAnswerPart(wholePart(open));
    const says = part !== undefined && (part.text !== "" || part.thoughtSignature !== undefined);
    return says ? this.#chunk(JSON.stringify(part)) : "";
  }

  #finish(reason: string): string {
    const candidate = {
      content: { parts: [{ text: "" }], role: "model" },
      finishReason: reason,
      index: 0,
      ...this.#citations,
    };
    const usage = JSON.stringify({ ...encodeUsage(this.#usage), ...this.#tier });
    return `data: {"candidates":[${JSON.stringify(candidate)}],"usageMetadata":${usage}${this.#tail}`;
  }
}

/** What is left to say when a part ends: all of a call, only the signature of prose. */
function wholePart({ start, held }: OpenPart): AssistantPart {
  switch (start.type) {
    case "text":
      return { type: "text", text: held, ...signedOf(start) };
    case "refusal":
      return { type: "refusal", text: "" };
    case "thinking":
      return { type: "thinking", text: "", origin: start.origin, signature: held };
    case "tool_call":
      return { ...start, arguments: held };
    case "redacted_thinking":
    case "opaque":
      return start;
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
