import { writeMessage } from "../aws-event-stream/write-message.ts";
import type { NeutralEvent, StreamPart } from "../neutral/event.ts";
import { noUsage, type Usage } from "../neutral/usage.ts";
import type { StreamEncoder } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { encodeUsage } from "./usage.ts";

/** The API has no event that says nothing: clients of it wait in silence. */
export const keepalive = "";

/**
 * Events to a ConverseStream answer. Its framing is binary: each character of the text stands for one byte
 * (ISO 8859-1), and the edge must send it so.
 */
export class ConverseStreamEncoder implements StreamEncoder {
  readonly #parts = new Map<number, StreamPart>();
  #calledTools = false;
  #usage: Usage = noUsage;
  #tier: string | undefined;
  #finished = false;

  encode(event: NeutralEvent): string {
    switch (event.type) {
      case "start":
        this.#tier = event.serviceTier;
        return message("messageStart", { role: "assistant" });
      case "part-start":
        return this.#start(event.index, event.part);
      case "text-delta":
      case "refusal-delta":
        return delta(event.index, { text: event.text });
      case "thinking-delta":
        return delta(event.index, { reasoningContent: { text: event.text } });
      case "signature":
        return this.#isOwn(event.index)
          ? delta(event.index, { reasoningContent: { signature: event.signature } })
          : "";
      case "arguments-delta":
        return delta(event.index, { toolUse: { input: this.#piece(event.index, event.text) } });
      case "citation":
        return event.protocol === "bedrock-converse" ? delta(event.index, { citation: event.value }) : "";
      case "part-end":
        return this.#end(event.index);
      case "usage":
        this.#usage = event.usage;
        return "";
      case "finish":
        return this.#finish(event);
      case "error":
      case "ping":
        return "";
    }
  }

  #start(index: number, part: StreamPart): string {
    this.#parts.set(index, part);
    switch (part.type) {
      case "tool_call": {
        this.#calledTools = true;
        const toolUse = { toolUseId: part.id, name: part.name };
        const opening = part.kind === "custom" ? delta(index, { toolUse: { input: '{"input":"' } }) : "";
        return message("contentBlockStart", { contentBlockIndex: index, start: { toolUse } }) + opening;
      }
      case "redacted_thinking":
        if (part.origin.protocol !== "bedrock-converse") return "";
        return delta(index, { reasoningContent: { redactedContent: part.data } });
      case "opaque":
        return part.protocol === "bedrock-converse" && isObject(part.value)
          ? startOpaque(index, part.value)
          : "";
      default:
        return "";
    }
  }

  /** Free text becomes a string inside an object; escapes of the pieces add up to those of the whole. */
  #piece(index: number, text: string): string {
    return this.#isCustom(index) ? JSON.stringify(text).slice(1, -1) : text;
  }

  #end(index: number): string {
    const closing = this.#isCustom(index) ? delta(index, { toolUse: { input: '"}' } }) : "";
    return closing + message("contentBlockStop", { contentBlockIndex: index });
  }

  #finish({ reason, stopSequence, serviceTier }: Extract<NeutralEvent, { type: "finish" }>): string {
    if (this.#finished) return "";
    this.#finished = true;
    const tier = serviceTier ?? this.#tier;
    const fields =
      stopSequence === undefined
        ? {}
        : { additionalModelResponseFields: { delta: { stop_sequence: stopSequence } } };
    return (
      message("messageStop", { stopReason: encodeStopReason(reason, this.#calledTools), ...fields }) +
      message("metadata", {
        usage: encodeUsage(this.#usage),
        metrics: { latencyMs: 0 },
        ...(tier !== undefined && { serviceTier: { type: tier } }),
      })
    );
  }

  #isCustom(index: number): boolean {
    const part = this.#parts.get(index);
    return part?.type === "tool_call" && part.kind === "custom";
  }

  #isOwn(index: number): boolean {
    const part = this.#parts.get(index);
    return part?.type === "thinking" && part.origin.protocol === "bedrock-converse";
  }
}

/** A block of this protocol as the vendor streams it: its head, then what comes in pieces. */
function startOpaque(index: number, value: Readonly<Record<string, unknown>>): string {
  const [name = "unknown", fields] = Object.entries(value)[0] ?? [];
  if (!isObject(fields)) return "";
  const { input, content, source, ...head } = fields;
  const start = message("contentBlockStart", { contentBlockIndex: index, start: { [name]: head } });
  if (Array.isArray(content)) return start + delta(index, { [name]: content });
  if (source !== undefined) return start + delta(index, { [name]: { source } });
  return input === undefined ? start : start + delta(index, { [name]: { input: JSON.stringify(input) } });
}

function delta(index: number, value: object): string {
  return message("contentBlockDelta", { contentBlockIndex: index, delta: value });
}

function message(name: string, payload: object): string {
  return Buffer.from(writeMessage({ kind: "event", name }, JSON.stringify(payload))).toString("latin1");
}
