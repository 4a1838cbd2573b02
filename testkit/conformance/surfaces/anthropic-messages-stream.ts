import { nothing, type ReadAnswer } from "../model/answer.ts";
import { isObject, type JsonObject, object, optionalText, parseJson, text } from "../model/json.ts";
import {
  envelopeViolations,
  readBlocks,
  readMessagesError,
  readMessagesUsage,
} from "./anthropic-messages-whole.ts";
import { type ClientEvent, readEvents } from "./read-events.ts";

/** Reads a Messages stream that has ended, and judges its grammar. */
export function readMessagesStream(source: string): ReadAnswer {
  const reader = new MessagesStream();
  for (const event of readEvents(source)) reader.read(event);
  return reader.answer();
}

/** The delta types that may come in a block, and the field each adds to. */
const deltas: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  text: { text_delta: "text" },
  thinking: { thinking_delta: "thinking", signature_delta: "signature" },
  tool_use: { input_json_delta: "partial_json" },
  redacted_thinking: {},
};

class MessagesStream {
  readonly #violations: string[] = [];
  readonly #blocks: Record<string, unknown>[] = [];
  /** JSON text of tool inputs, by block. */
  readonly #inputs: string[] = [];
  #open: number | undefined;
  #usage: JsonObject = {};
  #started = false;
  #delta: JsonObject | undefined;
  #stopped = false;
  #error: ReadAnswer["error"];

  read({ event, data }: ClientEvent): void {
    const payload = parseJson(data);
    if (!isObject(payload)) {
      this.#violation(`an event that is not JSON: ${data.slice(0, 80)}`);
      return;
    }
    const type = text(payload.type);
    if (event !== type) this.#violation(`event ${String(event)} holds a payload of type ${type}`);
    if (type === "ping") return;
    if (this.#stopped || this.#error !== undefined) {
      this.#violation(`${type} after the end`);
      return;
    }
    if (type !== "message_start" && type !== "error" && !this.#started)
      this.#violation(`${type} before message_start`);
    switch (type) {
      case "message_start":
        this.#start(object(payload.message));
        return;
      case "content_block_start":
        this.#startBlock(payload);
        return;
      case "content_block_delta":
        this.#readDelta(payload);
        return;
      case "content_block_stop":
        this.#stopBlock(payload);
        return;
      case "message_delta":
        this.#finish(payload);
        return;
      case "message_stop":
        this.#stopped = true;
        if (this.#delta === undefined) this.#violation("message_stop before message_delta");
        return;
      case "error": {
        const read = readMessagesError(payload, true);
        this.#error = read.error;
        this.#violations.push(...read.violations);
        return;
      }
      default:
        this.#violation(`an unknown event: ${type}`);
    }
  }

  answer(): ReadAnswer {
    if (this.#error === undefined) {
      if (!this.#started) this.#violation("the stream has no message_start");
      if (!this.#stopped) this.#violation("the stream ended without message_stop");
    }
    for (const [index, block] of this.#blocks.entries()) this.#completeInput(block, index);
    const delta = object(this.#delta?.delta);
    const read = readBlocks(this.#blocks);
    return {
      ...nothing,
      ...read,
      calls: read.calls.map((call, i) => ({ ...call, arguments: this.#inputOfCall(i) })),
      refusal: text(object(delta.stop_details).explanation),
      finish: optionalText(delta.stop_reason),
      stopSequence: optionalText(delta.stop_sequence),
      usage: this.#started ? readMessagesUsage(this.#usage) : undefined,
      serviceTier: optionalText(this.#usage.service_tier),
      error: this.#error,
      violations: this.#violations,
    };
  }

  #start(message: JsonObject): void {
    if (this.#started) this.#violation("message_start comes twice");
    this.#started = true;
    this.#violations.push(...envelopeViolations(message));
    if (message.stop_reason !== null) this.#violation("message_start already has a stop_reason");
    this.#usage = object(message.usage);
  }

  #startBlock({ index, content_block: block }: JsonObject): void {
    if (this.#delta !== undefined) this.#violation("a block after message_delta");
    if (this.#open !== undefined) this.#violation(`block ${String(index)} begins inside block ${this.#open}`);
    if (index !== this.#blocks.length)
      this.#violation(`block ${String(index)} follows ${this.#blocks.length - 1}`);
    const fields = { ...object(block) };
    if (deltas[text(fields.type)] === undefined) this.#violation(`a block of type ${text(fields.type)}`);
    if (fields.type === "tool_use") {
      if (text(fields.id) === "" || text(fields.name) === "")
        this.#violation("tool_use begins without id or name");
      if (JSON.stringify(fields.input) !== "{}") this.#violation("tool_use begins with an input");
    }
    this.#open = this.#blocks.length;
    this.#blocks.push(fields);
    this.#inputs.push("");
  }

  #readDelta({ index, delta }: JsonObject): void {
    if (index !== this.#open) {
      this.#violation(`a delta for block ${String(index)}, which is not open`);
      return;
    }
    const block = this.#blocks[this.#open ?? -1];
    if (block === undefined) return;
    const change = object(delta);
    const field = deltas[text(block.type)]?.[text(change.type)];
    if (field === undefined) {
      this.#violation(`${text(change.type)} in a block of type ${text(block.type)}`);
      return;
    }
    if (field === "partial_json") this.#inputs[this.#open ?? -1] += text(change.partial_json);
    else block[field] = text(block[field]) + text(change[field]);
  }

  #stopBlock({ index }: JsonObject): void {
    if (index !== this.#open) this.#violation(`block ${String(index)} ends, which is not open`);
    this.#open = undefined;
  }

  #finish(payload: JsonObject): void {
    if (this.#delta !== undefined) this.#violation("message_delta comes twice");
    if (this.#open !== undefined) this.#violation("message_delta inside a block");
    this.#delta = payload;
    const { stop_reason: reason } = object(payload.delta);
    if (typeof reason !== "string") this.#violation("message_delta has no stop_reason");
    if (typeof object(payload.usage).output_tokens !== "number")
      this.#violation("message_delta has no usage");
    this.#usage = { ...this.#usage, ...object(payload.usage) };
  }

  /** The input as the official client parses it when the block ends. */
  #completeInput(block: Record<string, unknown>, index: number): void {
    if (block.type !== "tool_use") return;
    const source = this.#inputs[index] ?? "";
    const input = source === "" ? {} : parseJson(source);
    if (isObject(input)) block.input = input;
    else if (object(this.#delta?.delta).stop_reason === "tool_use")
      this.#violation(`the input of block ${index} is not a JSON object: ${source}`);
  }

  #inputOfCall(call: number): string {
    const texts = this.#inputs.filter((_, index) => this.#blocks[index]?.type === "tool_use");
    return texts[call] === "" ? "{}" : (texts[call] ?? "");
  }

  #violation(what: string): void {
    this.#violations.push(what);
  }
}
