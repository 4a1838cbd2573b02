import { jsonOutputTool } from "../anthropic-messages/schema.ts";
import type { NeutralEvent, StreamPart } from "../neutral/event.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { OpaqueBlock } from "./opaque-block.ts";
import { converseOrigin } from "./schema.ts";

/** A part that has begun and not ended. `kind` is what the block's deltas must be to belong to it. */
interface OpenPart {
  readonly kind: "text" | "thinking" | "tool" | "json";
  readonly index: number;
  /** Arguments were sent. */
  begun: boolean;
}

/** What is open of one of the vendor's blocks. */
interface OpenBlock {
  part: OpenPart | undefined;
  opaque: OpaqueBlock | undefined;
  /** Hidden reasoning so far, as bytes: its pieces are base64 each for itself. */
  hidden: Buffer[];
}

/**
 * The content blocks of one stream as neutral parts. Only calls and images begin with an event of their own: text and
 * reasoning begin with their first delta, and may follow each other in one block.
 */
export class StreamBlocks {
  readonly #open = new Map<unknown, OpenBlock>();
  #next = 0;
  /** Where the events of the call in hand go. */
  #out: NeutralEvent[] = [];
  /** A tool of the caller was called. */
  calledTools = false;

  /** A `contentBlockStart` event. */
  start({ contentBlockIndex: at, start }: JsonObject, out: NeutralEvent[]): void {
    this.stop(at, out);
    if (!isObject(start)) return;
    const block = this.#blockAt(at);
    this.#out = out;
    const { toolUse } = start;
    if (isObject(toolUse) && toolUse.type !== "server_tool_use") this.#startTool(block, toolUse);
    else if (Object.keys(start).length > 0) block.opaque = new OpaqueBlock(start);
  }

  /** A `contentBlockDelta` event; false when it belongs to no block. */
  delta({ contentBlockIndex: at, delta }: JsonObject, out: NeutralEvent[]): boolean {
    if (!isObject(delta)) return true;
    this.#out = out;
    const block = this.#blockAt(at);
    if (block.opaque !== undefined) {
      block.opaque.add(delta);
      return true;
    }
    if (typeof delta.text === "string") this.#text(block, delta.text);
    else if (isObject(delta.reasoningContent)) this.#reasoning(block, delta.reasoningContent);
    else if (isObject(delta.citation)) {
      const { index } = this.#partOf(block, "text");
      this.#out.push({ type: "citation", index, protocol: "bedrock-converse", value: delta.citation });
    } else if (isObject(delta.toolUse)) return this.#arguments(block, delta.toolUse.input);
    return true;
  }

  /** The end of the block the vendor calls `at`. */
  stop(at: unknown, out: NeutralEvent[]): void {
    const block = this.#open.get(at);
    if (block === undefined) return;
    this.#open.delete(at);
    this.#out = out;
    this.#endPart(block);
    if (block.hidden.length > 0) {
      const data = Buffer.concat(block.hidden).toString("base64");
      this.#whole({ type: "redacted_thinking", data, origin: converseOrigin });
    }
    if (block.opaque !== undefined) this.#whole(block.opaque.part());
  }

  stopAll(out: NeutralEvent[]): void {
    for (const at of [...this.#open.keys()]) this.stop(at, out);
  }

  #startTool(block: OpenBlock, { toolUseId, name }: JsonObject): void {
    if (name === jsonOutputTool) {
      this.#begin(block, { kind: "json", part: { type: "text" } });
      return;
    }
    this.calledTools = true;
    const part = { type: "tool_call", id: text(toolUseId), name: text(name), kind: "function" } as const;
    this.#begin(block, { kind: "tool", part });
  }

  #text(block: OpenBlock, words: string): void {
    if (words === "") return;
    const { index } = this.#partOf(block, "text");
    this.#out.push({ type: "text-delta", index, text: words });
  }

  #reasoning(block: OpenBlock, reasoning: JsonObject): void {
    const words = text(reasoning.text);
    const signature = text(reasoning.signature);
    const hidden = text(reasoning.redactedContent);
    if (hidden !== "") block.hidden.push(Buffer.from(hidden, "base64"));
    if (words === "" && signature === "") return;
    const { index } = this.#partOf(block, "thinking");
    if (words !== "") this.#out.push({ type: "thinking-delta", index, text: words });
    if (signature !== "") this.#out.push({ type: "signature", index, signature });
  }

  #arguments({ part }: OpenBlock, input: unknown): boolean {
    if (part?.kind !== "tool" && part?.kind !== "json") return false;
    const piece = text(input);
    if (piece === "") return true;
    part.begun = true;
    this.#out.push({
      type: part.kind === "tool" ? "arguments-delta" : "text-delta",
      index: part.index,
      text: piece,
    });
    return true;
  }

  /** The open part of this kind; another one that is open in the block is ended first. */
  #partOf(block: OpenBlock, kind: "text" | "thinking"): OpenPart {
    if (block.part?.kind === kind) return block.part;
    this.#endPart(block);
    const part: StreamPart = kind === "text" ? { type: kind } : { type: kind, origin: converseOrigin };
    return this.#begin(block, { kind, part });
  }

  #begin(block: OpenBlock, begun: { kind: OpenPart["kind"]; part: StreamPart }): OpenPart {
    const index = this.#next++;
    block.part = { kind: begun.kind, index, begun: false };
    this.#out.push({ type: "part-start", index, part: begun.part });
    return block.part;
  }

  #endPart(block: OpenBlock): void {
    const { part } = block;
    if (part === undefined) return;
    block.part = undefined;
    // A tool without arguments sends none.
    if (part.kind === "tool" && !part.begun)
      this.#out.push({ type: "arguments-delta", index: part.index, text: "{}" });
    this.#out.push({ type: "part-end", index: part.index });
  }

  /** A part that is said at once. */
  #whole(part: StreamPart): void {
    const index = this.#next++;
    this.#out.push({ type: "part-start", index, part }, { type: "part-end", index });
  }

  #blockAt(at: unknown): OpenBlock {
    let block = this.#open.get(at);
    if (block === undefined) {
      block = { part: undefined, opaque: undefined, hidden: [] };
      this.#open.set(at, block);
    }
    return block;
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
