import type { StreamPart } from "../neutral/event.ts";
import type { VendorValue } from "../neutral/part.ts";
import { isObject } from "../read-json.ts";
import { wrapState } from "./state-envelope.ts";

/** What follows the text of a delta event. */
const after = `}}\n\n`;

type BlockPart = Exclude<StreamPart, { type: "refusal" }>;

/** Gives a block that begins the wire's next index: numbers rise in the order blocks begin, without gaps. */
export type OpenBlock = (writer: WireBlockWriter) => number;

/** Writes one content block of a stream, from `content_block_start` to `content_block_stop`. */
export class WireBlockWriter {
  /** The wire's index; -1 while nothing was written. */
  index = -1;
  readonly #part: BlockPart;
  readonly #open: OpenBlock;
  /** Everything of a delta event before its text. */
  #before = "";
  #signature = "";
  #arguments = "";
  #ended = false;

  constructor(part: BlockPart, open: OpenBlock) {
    this.#part = part;
    this.#open = open;
  }

  /** The arguments of this call are whole, although nobody said so. */
  get complete(): boolean {
    if (this.#part.type !== "tool_call" || this.#part.kind === "custom") return false;
    try {
      return isObject(JSON.parse(this.#arguments));
    } catch {
      return false;
    }
  }

  /** Text begins with its first words: an empty block would be refused when the client sends it back. */
  start(): string {
    return this.#part.type === "text" ? "" : this.#begin();
  }

  delta(text: string): string {
    if (text === "" || this.#ended) return "";
    const part = this.#part;
    if (part.type !== "tool_call") {
      const begin = this.index === -1 ? this.#begin() : "";
      return begin + this.#before + JSON.stringify(text) + after;
    }
    const opening = part.kind === "custom" && this.#arguments === "" ? '{"input":"' : "";
    this.#arguments += text;
    // Free text becomes a string inside an object; escapes of the pieces add up to those of the whole.
    const piece = part.kind === "custom" ? opening + JSON.stringify(text).slice(1, -1) : text;
    return this.#before + JSON.stringify(piece) + after;
  }

  /** A signature is written once, before the block ends, in whatever pieces it came. */
  sign(signature: string): void {
    this.#signature += signature;
  }

  cite({ protocol, value }: VendorValue): string {
    if (protocol !== "anthropic-messages" || this.#part.type !== "text") return "";
    const begin = this.index === -1 ? this.#begin() : "";
    const citations = Array.isArray(value) ? value : [value];
    return citations.reduce<string>(
      (text, citation) => text + this.#event({ type: "citations_delta", citation }),
      begin,
    );
  }

  /** What ends the block; nothing for a text that never began. */
  end(): string {
    if (this.index === -1 || this.#ended) return "";
    this.#ended = true;
    return `${this.#closing()}event: content_block_stop\ndata: {"type":"content_block_stop","index":${this.index}}\n\n`;
  }

  #closing(): string {
    const part = this.#part;
    if (part.type === "thinking") {
      const signature = wrapState(this.#signature, part.origin);
      return signature === "" ? "" : this.#event({ type: "signature_delta", signature });
    }
    if (part.type === "tool_call" && part.kind === "custom") {
      const rest = this.#arguments === "" ? '{"input":""}' : '"}';
      return this.#before + JSON.stringify(rest) + after;
    }
    return "";
  }

  #begin(): string {
    this.index = this.#open(this);
    this.#before = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.index},"delta":${deltaHead(this.#part)}`;
    const { block, input } = startOf(this.#part);
    const start = `event: content_block_start\ndata: {"type":"content_block_start","index":${this.index},"content_block":${JSON.stringify(block)}}\n\n`;
    if (input === undefined) return start;
    return start + this.#event({ type: "input_json_delta", partial_json: JSON.stringify(input) });
  }

  #event(delta: object): string {
    return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.index},"delta":${JSON.stringify(delta)}}\n\n`;
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
