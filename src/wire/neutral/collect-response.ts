import type { NeutralEvent, StreamPart } from "./event.ts";
import type { AssistantPart } from "./part.ts";
import type { NeutralResponse } from "./response.ts";
import { signedOf } from "./signed-of.ts";
import type { StopReason } from "./stop-reason.ts";
import { noUsage, type Usage } from "./usage.ts";
import type { VendorError } from "./vendor-error.ts";

interface OpenPart {
  readonly start: StreamPart;
  text: string;
  signature: string | undefined;
}

/** Gathers the events of a whole stream into one answer. */
export class ResponseCollector {
  #id = "";
  #model = "";
  #created: number | undefined;
  #serviceTier: string | undefined;
  readonly #parts: OpenPart[] = [];
  #usage: Usage = noUsage;
  #stopReason: StopReason = "stop";
  #stopSequence: string | undefined;
  /** The error that ended the stream, if one did. */
  error: VendorError | undefined;

  add(event: NeutralEvent): void {
    switch (event.type) {
      case "start":
        this.#id = event.id;
        this.#model = event.model;
        this.#created = event.created;
        this.#serviceTier = event.serviceTier;
        break;
      case "part-start":
        this.#parts[event.index] = { start: event.part, text: "", signature: undefined };
        break;
      case "text-delta":
      case "thinking-delta":
      case "arguments-delta":
      case "refusal-delta": {
        const part = this.#parts[event.index];
        if (part !== undefined) part.text += event.text;
        break;
      }
      case "signature": {
        const part = this.#parts[event.index];
        if (part !== undefined) part.signature = (part.signature ?? "") + event.signature;
        break;
      }
      case "usage":
        this.#usage = event.usage;
        break;
      case "finish":
        this.#stopReason = event.reason;
        this.#stopSequence = event.stopSequence;
        this.#serviceTier = event.serviceTier ?? this.#serviceTier;
        break;
      case "error":
        this.error = event.error;
        break;
      case "citation":
      case "part-end":
      case "ping":
        break;
    }
  }

  response(): NeutralResponse {
    return {
      id: this.#id,
      model: this.#model,
      parts: this.#parts.filter((part) => part !== undefined).map(toPart),
      stopReason: this.#stopReason,
      usage: this.#usage,
      ...(this.#created !== undefined && { created: this.#created }),
      ...(this.#stopSequence !== undefined && { stopSequence: this.#stopSequence }),
      ...(this.#serviceTier !== undefined && { serviceTier: this.#serviceTier }),
    };
  }
}

function toPart({ start, text, signature }: OpenPart): AssistantPart {
  switch (start.type) {
    case "text":
      return { type: "text", text, ...signedOf(start) };
    case "refusal":
      return { type: "refusal", text };
    case "thinking":
      return { type: "thinking", text, origin: start.origin, ...(signature !== undefined && { signature }) };
    case "redacted_thinking":
      return start;
    case "tool_call":
      return { ...start, arguments: text };
    case "opaque":
      return start;
  }
}
