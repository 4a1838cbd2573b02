import type { NeutralEvent, StreamPart } from "../neutral/event.ts";
import type { VendorValue } from "../neutral/part.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { jsonOutputTool, messagesOrigin } from "./schema.ts";

/** A block the vendor has begun and not ended. */
interface OpenBlock {
  readonly kind: "text" | "thinking" | "redacted" | "tool" | "json" | "opaque" | "skipped";
  /** Of the neutral part; -1 while an opaque block is held. */
  readonly index: number;
  readonly block: JsonObject;
  /** What the block's deltas added: arguments of a tool, input of a server tool. */
  json: string;
}

interface BegunBlock extends Pick<OpenBlock, "kind" | "block"> {
  /** The vendor's index. */
  readonly at: unknown;
  readonly part: StreamPart;
}

/** The content blocks of one stream as neutral parts. The vendor's indexes may have gaps, the parts' have none. */
export class StreamBlocks {
  readonly #open = new Map<unknown, OpenBlock>();
  #next = 0;
  /** A tool of the caller was called. */
  calledTools = false;

  /** A part was begun: what the client has seen cannot be taken back. */
  get begun(): boolean {
    return this.#next > 0;
  }

  /** Forgets blocks of which the client has seen nothing. */
  reset(): void {
    this.#open.clear();
  }

  /** A `content_block_start` event. */
  start({ index: at, content_block: block }: JsonObject, out: NeutralEvent[]): void {
    if (!isObject(block)) return;
    this.stop(at, out);
    const { type } = block;
    switch (type) {
      case "text": {
        const index = this.#begin({ at, kind: "text", block, part: { type: "text" } }, out);
        if (hasText(block.text)) out.push({ type: "text-delta", index, text: block.text });
        if (Array.isArray(block.citations)) {
          for (const value of block.citations) out.push({ type: "citation", index, ...own(value) });
        }
        break;
      }
      case "thinking": {
        const index = this.#begin(
          { at, kind: "thinking", block, part: { type, origin: messagesOrigin } },
          out,
        );
        if (hasText(block.thinking)) out.push({ type: "thinking-delta", index, text: block.thinking });
        if (hasText(block.signature)) out.push({ type: "signature", index, signature: block.signature });
        break;
      }
      case "redacted_thinking": {
        const data = hasText(block.data) ? block.data : "";
        this.#begin({ at, kind: "redacted", block, part: { type, data, origin: messagesOrigin } }, out);
        break;
      }
      case "tool_use":
        this.#startTool({ at, block }, out);
        break;
      default:
        // What only this protocol understands is one value: held until it is complete.
        this.#open.set(at, { kind: type === "fallback" ? "skipped" : "opaque", index: -1, block, json: "" });
    }
  }

  /** A `content_block_delta` event; false when it belongs to no block. */
  delta({ index: at, delta }: JsonObject, out: NeutralEvent[]): boolean {
    const open = this.#open.get(at);
    if (open === undefined) return false;
    if (!isObject(delta)) return true;
    const { index } = open;
    switch (delta.type) {
      case "text_delta":
        if (open.kind === "text" && hasText(delta.text)) {
          out.push({ type: "text-delta", index, text: delta.text });
        }
        break;
      case "input_json_delta":
        if (hasText(delta.partial_json)) pushSome(out, this.#addJson(open, delta.partial_json));
        break;
      case "thinking_delta":
        if (open.kind === "thinking" && hasText(delta.thinking)) {
          out.push({ type: "thinking-delta", index, text: delta.thinking });
        }
        break;
      case "signature_delta":
        if (open.kind === "thinking" && hasText(delta.signature)) {
          out.push({ type: "signature", index, signature: delta.signature });
        }
        break;
      case "citations_delta":
        if (open.kind === "text") out.push({ type: "citation", index, ...own(delta.citation) });
        break;
    }
    return true;
  }

  /** The end of the block the vendor calls `at`. */
  stop(at: unknown, out: NeutralEvent[]): void {
    const open = this.#open.get(at);
    if (open === undefined) return;
    this.#open.delete(at);
    if (open.kind === "skipped") return;
    if (open.kind === "opaque") {
      const index = this.#next++;
      out.push({ type: "part-start", index, part: opaquePart(open) }, { type: "part-end", index });
      return;
    }
    // A tool without arguments sends none, and some servers put all of them into the start.
    if ((open.kind === "tool" || open.kind === "json") && open.json === "") {
      pushSome(out, this.#addJson(open, JSON.stringify(open.block.input ?? {})));
    }
    out.push({ type: "part-end", index: open.index });
  }

  stopAll(out: NeutralEvent[]): void {
    for (const at of this.#open.keys()) this.stop(at, out);
  }

  /** A part without a block of its own, from its first to its last event. */
  addRefusal(text: string, out: NeutralEvent[]): void {
    const index = this.#next++;
    out.push(
      { type: "part-start", index, part: { type: "refusal" } },
      { type: "refusal-delta", index, text },
      { type: "part-end", index },
    );
  }

  #startTool({ at, block }: { at: unknown; block: JsonObject }, out: NeutralEvent[]): void {
    const name = hasText(block.name) ? block.name : "";
    if (name === jsonOutputTool) {
      this.#begin({ at, kind: "json", block, part: { type: "text" } }, out);
      return;
    }
    this.calledTools = true;
    const id = hasText(block.id) ? block.id : "";
    this.#begin({ at, kind: "tool", block, part: { type: "tool_call", id, name, kind: "function" } }, out);
  }

  #begin(begun: BegunBlock, out: NeutralEvent[]): number {
    const { at, kind, block, part } = begun;
    const index = this.#next++;
    this.#open.set(at, { kind, index, block, json: "" });
    out.push({ type: "part-start", index, part });
    return index;
  }

  /** Only whether there was any matters for tools; a held block needs all of it. */
  #addJson(open: OpenBlock, text: string): NeutralEvent | undefined {
    open.json = open.kind === "opaque" ? open.json + text : text;
    if (open.kind === "tool") return { type: "arguments-delta", index: open.index, text };
    return open.kind === "json" ? { type: "text-delta", index: open.index, text } : undefined;
  }
}

function pushSome(out: NeutralEvent[], event: NeutralEvent | undefined): void {
  if (event !== undefined) out.push(event);
}

function opaquePart({ block, json }: OpenBlock): StreamPart {
  const name = hasText(block.type) ? block.type : "unknown";
  return { type: "opaque", name, ...own(json === "" ? block : { ...block, input: parsed(json) }) };
}

/** The input of a server tool; text that is no JSON was cut and says nothing. */
function parsed(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function own(value: unknown): VendorValue {
  return { protocol: "anthropic-messages", value };
}

function hasText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
