import type { StreamPart } from "../neutral/event.ts";
import type { VendorValue } from "../neutral/part.ts";
import { isObject } from "../read-json.ts";
import { wrapState } from "./state-envelope.ts";

type BlockPart = Exclude<StreamPart, { type: "refusal" }>;

/** Gives the wire's next index: blocks are numbered in the order they are begun, without gaps. */
export type NextIndex = () => number;

/** Writes one content block of a stream, from `content_block_start` to `content_block_stop`. */
export class WireBlockWriter {
  readonly #part: BlockPart;
  /** The wire's index; -1 while nothing was written. */
  #index = -1;
  /** Everything of a delta event before and after its text. */
  #before = "";
  readonly #after = `}}\n\n`;
  #signature = "";
  #wroteInput = false;

  constructor(part: BlockPart) {
    this.#part = part;
  }

  /** Text begins with its first words: an empty block would be refused when the client sends it back. */
  start(nextIndex: NextIndex): string {
    return this.#part.type === "text" ? "" : this.#begin(nextIndex);
  }

  delta(text: string, nextIndex: NextIndex): string {
    if (text === "") return "";
    const begin = this.#index === -1 ? this.#begin(nextIndex) : "";
    const part = this.#part;
    if (part.type === "tool_call" && part.kind === "custom") {
      // Free text becomes a string inside an object; escapes of the pieces add up to those of the whole.
      const opening = this.#wroteInput ? "" : '{"input":"';
      this.#wroteInput = true;
      return `${begin}${this.#before}${JSON.stringify(opening + JSON.stringify(text).slice(1, -1))}${this.#after}`;
    }
    return begin + this.#before + JSON.stringify(text) + this.#after;
  }

  /** A signature is written once, before the block ends, in whatever pieces it came. */
  sign(signature: string): void {
    this.#signature += signature;
  }

  cite({ protocol, value }: VendorValue, nextIndex: NextIndex): string {
    if (protocol !== "anthropic-messages" || this.#part.type !== "text") return "";
    const begin = this.#index === -1 ? this.#begin(nextIndex) : "";
    const citations = Array.isArray(value) ? value : [value];
    return citations.reduce<string>(
      (text, citation) => text + this.#event({ type: "citations_delta", citation }),
      begin,
    );
  }

  /** What ends the block; nothing for a text that never began. */
  end(): string {
    if (this.#index === -1) return "";
    return `${this.#closing()}event: content_block_stop\ndata: {"type":"content_block_stop","index":${this.#index}}\n\n`;
  }

  #closing(): string {
    const part = this.#part;
    if (part.type === "thinking") {
      const signature = wrapState(this.#signature, part.origin);
      return signature === "" ? "" : this.#event({ type: "signature_delta", signature });
    }
    if (part.type === "tool_call" && part.kind === "custom") {
      const rest = this.#wroteInput ? '"}' : '{"input":""}';
      return this.#before + JSON.stringify(rest) + this.#after;
    }
    return "";
  }

  #begin(nextIndex: NextIndex): string {
    this.#index = nextIndex();
    this.#before = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#index},"delta":${deltaHead(this.#part)}`;
    const { block, input } = startOf(this.#part);
    const start = `event: content_block_start\ndata: {"type":"content_block_start","index":${this.#index},"content_block":${JSON.stringify(block)}}\n\n`;
    if (input === undefined) return start;
    return start + this.#event({ type: "input_json_delta", partial_json: JSON.stringify(input) });
  }

  #event(delta: object): string {
    return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#index},"delta":${JSON.stringify(delta)}}\n\n`;
  }
}

function deltaHead(part: BlockPart): string {
  switch (part.type) {
    case "thinking":
      return `{"type":"thinking_delta","thinking":`;
    case "tool_call":
      return `{"type":"input_json_delta","partial_json":`;
    default:
      return `{"type":"text_delta","text":`;
  }
}

/** The block as it begins. The input of a server tool follows as a delta, as the vendor itself sends it. */
function startOf(part: BlockPart): { readonly block: unknown; readonly input?: unknown } {
  switch (part.type) {
    case "text":
      return { block: { type: "text", text: "" } };
    case "thinking":
      return { block: { type: "thinking", thinking: "", signature: "" } };
    case "redacted_thinking":
      return { block: { type: "redacted_thinking", data: wrapState(part.data, part.origin) } };
    case "tool_call":
      return { block: { type: "tool_use", id: part.id, name: part.name, input: {} } };
    case "opaque": {
      const { value } = part;
      if (!isObject(value) || !isObject(value.input)) return { block: value };
      return { block: { ...value, input: {} }, input: value.input };
    }
  }
}
