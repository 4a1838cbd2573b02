import type { NeutralEvent, StreamPart } from "../neutral/event.ts";
import type { Origin, Signed } from "../neutral/part.ts";
import { signedOf } from "../neutral/signed-of.ts";
import { noUsage, type Usage } from "../neutral/usage.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import type { AnswerContext, StreamEncoder } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { typeOf } from "./error.ts";
import { encodeDetail, encodeWholeDetail, type ReasoningPart } from "./reasoning-details.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { signatureField, textSignatureField } from "./thought-signature.ts";
import { syntheticCallId } from "./tool-call.ts";
import { encodeUsage } from "./usage.ts";

type EnvelopeFacts = Omit<Extract<NeutralEvent, { type: "start" }>, "type">;

interface Thinking {
  readonly origin: Origin;
  text: string;
  signature: string;
}

/** What the deltas of one part need, worked out when it starts. */
interface Part {
  /** Text before and after the quoted delta text. */
  readonly before: string;
  readonly after: string;
  /** A thinking block as far as it has come, for `reasoning_details`. */
  readonly thinking: Thinking | undefined;
  /** The signature of a text and the text as far as it has come. */
  readonly signed?: Signed & { text: string };
  /** A function's arguments have not begun: an empty text is not the JSON clients expect. */
  needsArguments: boolean;
}

/**
 * Events to chunks. The first chunk says the role and comes with the first part, not before: until then an error can
 * still be answered otherwise. Reasoning is sent as `reasoning_content` while it comes and, when a block ends, as
 * `reasoning_details` (see there). A stream ends with `[DONE]`, or with an error and nothing after it.
 */
export class ChatStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  readonly #parts = new Map<number, Part>();
  #start: EnvelopeFacts = { id: "", model: "" };
  #head = "";
  #tail = "";
  #begun = false;
  #ended = false;
  readonly #details: JsonObject[] = [];
  #blocks = 0;
  #calls = 0;
  #refused = false;
  #usage: Usage = noUsage;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#setEnvelope(this.#start);
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
        this.#start = event;
        this.#setEnvelope(event);
        return "";
      case "part-start":
        return this.#startPart(event.index, event.part);
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
        return this.#begin(false) + this.#finish(event);
      case "error":
        this.#ended = true;
        return errorEvent(event.error);
      case "ping":
        return "";
    }
  }

  /** The text around every delta: all chunks of an answer have the same id, time and model. */
  #setEnvelope(start: EnvelopeFacts): void {
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

  #startPart(index: number, part: StreamPart): string {
    switch (part.type) {
      case "text": {
        const frame = this.#part(`"content":`);
        const signed = part.signature === undefined ? undefined : { ...signedOf(part), text: "" };
        this.#parts.set(index, signed === undefined ? frame : { ...frame, signed });
        return this.#begin(true);
      }
      case "refusal":
        this.#refused = true;
        this.#parts.set(index, this.#part(`"refusal":`));
        return this.#begin(false);
      case "thinking": {
        const thinking = { origin: part.origin, text: "", signature: "" };
        this.#parts.set(index, { ...this.#part(`"reasoning_content":`), thinking });
        const announced = encodeDetail({ type: "thinking", text: "", origin: part.origin }, this.#blocks);
        return this.#begin(false) + this.#chunk(`"reasoning_details":${JSON.stringify(announced)}`);
      }
      case "redacted_thinking":
        return this.#begin(false) + this.#addDetail(part);
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
    const frame = this.#part(`"tool_calls":[{"index":${at},"${body}":{"${field}":`, "}}]");
    this.#parts.set(index, { ...frame, needsArguments: !custom });
    const signed =
      part.signature === undefined ? "" : `,${JSON.stringify(signatureField(part)).slice(1, -1)}`;
    const header = `"index":${at},"id":${id},"type":"${body}","${body}":{"name":${name},"${field}":""}${signed}`;
    return this.#chunk(`"tool_calls":[{${header}}]`);
  }

  #part(before: string, after = ""): Part {
    return {
      before: `${this.#head}{"index":0,"delta":{${before}`,
      after: `${after}},"logprobs":null,"finish_reason":null}${this.#tail}`,
      thinking: undefined,
      needsArguments: false,
    };
  }

  #delta(index: number, text: string): string {
    const part = this.#parts.get(index);
    if (part === undefined || text === "") return "";
    part.needsArguments = false;
    if (part.thinking !== undefined) part.thinking.text += text;
    if (part.signed !== undefined) part.signed.text += text;
    return part.before + JSON.stringify(text) + part.after;
  }

  #signature(index: number, signature: string): string {
    const thinking = this.#parts.get(index)?.thinking;
    if (thinking !== undefined) thinking.signature += signature;
    return "";
  }

  /** All blocks so far, whole: clients that gather a stream keep the last value of a field they do not know. */
  #addDetail(part: ReasoningPart): string {
    this.#details.push(...encodeWholeDetail(part, this.#blocks++));
    return this.#chunk(`"reasoning_details":${JSON.stringify(this.#details)}`);
  }

  #annotations(value: unknown): string {
    const annotations = Array.isArray(value) ? value : [value];
    return this.#chunk(`"annotations":${JSON.stringify(annotations)}`);
  }

  #end(index: number): string {
    const part = this.#parts.get(index);
    const missing = part?.needsArguments === true ? this.#delta(index, "{}") : "";
    this.#parts.delete(index);
    if (part?.signed !== undefined) {
      return this.#chunk(JSON.stringify(textSignatureField(part.signed)).slice(1, -1));
    }
    if (part?.thinking === undefined) return missing;
    const { origin, text, signature } = part.thinking;
    return this.#addDetail({ type: "thinking", text, ...(signature === "" ? {} : { signature }), origin });
  }

  #emitted(): { toolCall: boolean; refusal: boolean } {
    return { toolCall: this.#calls > 0, refusal: this.#refused };
  }

  #finish({ reason: why, serviceTier }: Extract<NeutralEvent, { type: "finish" }>): string {
    if (serviceTier !== undefined) this.#setEnvelope({ ...this.#start, serviceTier });
    const reason = encodeStopReason(why, this.#emitted());
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
