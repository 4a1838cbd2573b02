import type { NeutralEvent, StreamPart } from "../neutral/event.ts";
import type { Origin } from "../neutral/part.ts";
import { noUsage, type Usage } from "../neutral/usage.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import type { AnswerContext, StreamEncoder } from "../protocol.ts";
import { typeOf } from "./error.ts";
import { encodeDetail, formatOf } from "./reasoning-details.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { syntheticCallId } from "./tool-call.ts";
import { encodeUsage } from "./usage.ts";

/** What the deltas of one part need, worked out when it starts. */
interface Part {
  /** Text before and after the quoted delta text; thinking quotes it twice. */
  readonly before: string;
  readonly between: string | undefined;
  readonly after: string;
  readonly origin: Origin | undefined;
  /** Of a thinking block in `reasoning_details`. */
  readonly block: number;
  /** A function's arguments have not begun: an empty text is not the JSON clients expect. */
  needsArguments: boolean;
}

/**
 * Events to chunks. The first chunk says the role and comes with the first part, not before: until then an error can
 * still be answered otherwise. Reasoning is sent as `reasoning_content` and, fragment by fragment, as
 * `reasoning_details` (see there). A stream ends with `[DONE]`, or with an error and nothing after it.
 */
export class ChatStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  readonly #parts = new Map<number, Part>();
  #head = "";
  #tail = "";
  #begun = false;
  #ended = false;
  #blocks = 0;
  #calls = 0;
  #refused = false;
  #usage: Usage = noUsage;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#setEnvelope({ id: "", model: "" });
  }

  encode(event: NeutralEvent): string {
    if (this.#ended) return "";
    switch (event.type) {
      case "text-delta":
      case "thinking-delta":
      case "arguments-delta":
      case "refusal-delta":
        return this.#delta(event.index, event.text);
      case "start":
        this.#setEnvelope(event);
        return "";
      case "part-start":
        return this.#start(event.index, event.part);
      case "signature":
        return this.#signature(event.index, event.signature);
      case "citation":
        return event.protocol === "openai-chat" ? this.#annotations(event.value) : "";
      case "part-end":
        return this.#end(event.index);
      case "usage":
        this.#usage = event.usage;
        return "";
      case "finish":
        this.#ended = true;
        return this.#begin(false) + this.#finish(encodeStopReason(event.reason, this.#emitted()));
      case "error":
        this.#ended = true;
        return errorEvent(event.error);
      case "ping":
        return "";
    }
  }

  /** The text around every delta: all chunks of an answer have the same id, time and model. */
  #setEnvelope(start: { id: string; model: string; created?: number; serviceTier?: string }): void {
    const { requestId, created, model, includeUsage } = this.#context;
    const envelope = {
      id: start.id || requestId,
      object: "chat.completion.chunk",
      created: start.created ?? created,
      model: start.model || model,
      ...(start.serviceTier === undefined ? {} : { service_tier: start.serviceTier }),
      system_fingerprint: null,
    };
    this.#head = `data: ${JSON.stringify(envelope).slice(0, -1)},"choices":[`;
    this.#tail = includeUsage ? `],"usage":null}\n\n` : "]}\n\n";
  }

  #chunk(delta: string): string {
    return `${this.#head}{"index":0,"delta":{${delta}},"logprobs":null,"finish_reason":null}${this.#tail}`;
  }

  /** The chunk with the role, once. */
  #begin(isText: boolean): string {
    if (this.#begun) return "";
    this.#begun = true;
    return this.#chunk(`"role":"assistant","content":${isText ? '""' : "null"},"refusal":null`);
  }

  #start(index: number, part: StreamPart): string {
    switch (part.type) {
      case "text":
        this.#parts.set(index, this.#part(`"content":`));
        return this.#begin(true);
      case "refusal":
        this.#refused = true;
        this.#parts.set(index, this.#part(`"refusal":`));
        return this.#begin(false);
      case "thinking": {
        const block = this.#blocks++;
        const format = JSON.stringify(formatOf(part.origin));
        const between = `,"reasoning_details":[{"type":"reasoning.text","text":`;
        const after = `,"format":${format},"index":${block}}]`;
        const frame = this.#part(`"reasoning_content":`, { between, after });
        this.#parts.set(index, { ...frame, origin: part.origin, block });
        return this.#begin(false);
      }
      case "redacted_thinking": {
        const detail = JSON.stringify(encodeDetail(part, this.#blocks++));
        return this.#begin(false) + this.#chunk(`"reasoning_details":[${detail}]`);
      }
      case "tool_call":
        return this.#begin(false) + this.#startCall(index, part);
      case "opaque":
        return "";
    }
  }

  #startCall(index: number, part: Extract<StreamPart, { type: "tool_call" }>): string {
    const at = this.#calls++;
    const id = JSON.stringify(part.id === "" ? syntheticCallId(this.#context.requestId, at) : part.id);
    const name = JSON.stringify(part.name);
    const custom = part.kind === "custom";
    const [body, field] = custom ? ["custom", "input"] : ["function", "arguments"];
    const frame = this.#part(`"tool_calls":[{"index":${at},"${body}":{"${field}":`, { after: "}}]" });
    this.#parts.set(index, { ...frame, needsArguments: !custom });
    const header = `"index":${at},"id":${id},"type":"${body}","${body}":{"name":${name},"${field}":""}`;
    return this.#chunk(`"tool_calls":[{${header}}]`);
  }

  #part(before: string, rest: { readonly between?: string; readonly after?: string } = {}): Part {
    return {
      before: `${this.#head}{"index":0,"delta":{${before}`,
      between: rest.between,
      after: `${rest.after ?? ""}},"logprobs":null,"finish_reason":null}${this.#tail}`,
      origin: undefined,
      block: 0,
      needsArguments: false,
    };
  }

  #delta(index: number, text: string): string {
    const part = this.#parts.get(index);
    if (part === undefined || text === "") return "";
    part.needsArguments = false;
    const quoted = JSON.stringify(text);
    return part.between === undefined
      ? part.before + quoted + part.after
      : part.before + quoted + part.between + quoted + part.after;
  }

  #signature(index: number, signature: string): string {
    const part = this.#parts.get(index);
    if (part?.origin === undefined) return "";
    const detail = encodeDetail({ type: "thinking", text: "", signature, origin: part.origin }, part.block);
    return this.#chunk(`"reasoning_details":[${JSON.stringify(detail)}]`);
  }

  #annotations(value: unknown): string {
    const annotations = Array.isArray(value) ? value : [value];
    return this.#chunk(`"annotations":${JSON.stringify(annotations)}`);
  }

  #end(index: number): string {
    const part = this.#parts.get(index);
    const missing = part?.needsArguments === true ? this.#delta(index, "{}") : "";
    this.#parts.delete(index);
    return missing;
  }

  #emitted(): { toolCall: boolean; refusal: boolean } {
    return { toolCall: this.#calls > 0, refusal: this.#refused };
  }

  #finish(reason: string): string {
    const choice = `{"index":0,"delta":{},"logprobs":null,"finish_reason":"${reason}"}`;
    const finish = `${this.#head}${choice}${this.#tail}`;
    if (!this.#context.includeUsage) return `${finish}data: [DONE]\n\n`;
    const usage = `${this.#head}],"usage":${JSON.stringify(encodeUsage(this.#usage))}}\n\n`;
    return `${finish}${usage}data: [DONE]\n\n`;
  }
}

/** Kinds whose cause is the caller's own request, so that the vendor's words help; others may tell of the account. */
const callers: ReadonlySet<VendorErrorKind> = new Set<VendorErrorKind>([
  "invalid_request",
  "context_exceeded",
  "too_large",
]);

function errorEvent({ kind, status, message, param }: VendorError): string {
  const text = callers.has(kind) ? message : "The provider failed while it was answering.";
  const error = { message: text, type: typeOf(status), param: param ?? null, code: kind, status };
  return `data: ${JSON.stringify({ error })}\n\n`;
}
