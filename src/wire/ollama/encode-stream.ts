import { writeLine } from "../ndjson/write-line.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import type { ToolCallPart } from "../neutral/part.ts";
import { noUsage, type Usage } from "../neutral/usage.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import type { AnswerContext, StreamEncoder } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { encodeAnswerCall, envelope } from "./encode-response.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { encodeUsage } from "./usage.ts";

/** Events to lines. Prose is passed on as it comes; a call waits until its arguments are whole, as the protocol wants. */
export class OllamaStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  readonly #calls = new Map<number, ToolCallPart>();
  #envelope: JsonObject;
  #sentCalls = 0;
  #usage: Usage = noUsage;
  #ended = false;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#envelope = envelope(context);
  }

  encode(event: NeutralEvent): string {
    if (this.#ended) return "";
    switch (event.type) {
      case "text-delta":
      case "refusal-delta":
        return this.#line({ content: event.text });
      case "thinking-delta":
        return this.#line({ content: "", thinking: event.text });
      case "start":
        this.#envelope = envelope({
          model: event.model || this.#context.model,
          created: event.created ?? this.#context.created,
        });
        return "";
      case "part-start":
        if (event.part.type === "tool_call") this.#calls.set(event.index, { ...event.part, arguments: "" });
        return "";
      case "arguments-delta": {
        const call = this.#calls.get(event.index);
        if (call !== undefined)
          this.#calls.set(event.index, { ...call, arguments: call.arguments + event.text });
        return "";
      }
      case "part-end":
        return this.#end(event.index);
      case "usage":
        this.#usage = event.usage;
        return "";
      case "signature":
      case "citation":
      case "ping":
        return "";
      case "finish": {
        this.#ended = true;
        const open = [...this.#calls.keys()].map((index) => this.#end(index)).join("");
        const last = {
          ...this.#envelope,
          message: { role: "assistant", content: "" },
          done_reason: encodeStopReason(event.reason),
          done: true,
          ...encodeUsage(this.#usage),
        };
        return open + writeLine(last);
      }
      case "error":
        this.#ended = true;
        return writeLine({ error: wordsOf(event.error) });
    }
  }

  #end(index: number): string {
    const call = this.#calls.get(index);
    if (call === undefined) return "";
    this.#calls.delete(index);
    return this.#line({ content: "", tool_calls: [encodeAnswerCall(call, this.#sentCalls++)] });
  }

  #line(message: JsonObject): string {
    return writeLine({ ...this.#envelope, message: { role: "assistant", ...message }, done: false });
  }
}

/** The vendor's words are shown where the caller can act on them; the others may speak of the operator's account. */
const shown: ReadonlySet<VendorErrorKind> = new Set<VendorErrorKind>([
  "invalid_request",
  "context_exceeded",
  "not_found",
  "too_large",
]);

function wordsOf({ kind, message }: VendorError): string {
  return shown.has(kind) ? message : "The vendor failed while it was answering.";
}
