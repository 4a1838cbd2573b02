import type { NeutralEvent, StreamPart } from "../neutral/event.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { decodeItem } from "./decode-response.ts";
import { stateOf, texts } from "./reasoning-item.ts";
import { pieceBreak } from "./reasoning-state.ts";
import { responsesOrigin } from "./schema.ts";

/** A part of an item that has begun, and how much of its text was told. */
interface OpenPart {
  readonly index: number;
  readonly delta: "text-delta" | "refusal-delta" | "thinking-delta" | "arguments-delta";
  told: number;
  ended: boolean;
}

/**
 * One output item as it comes. Parts start with their first text; a `done` event brings what no delta brought, since
 * some servers send no deltas.
 */
export class StreamItem {
  readonly #nextIndex: () => number;
  readonly #emitted: { toolCall: boolean; refusal: boolean };
  readonly #parts = new Map<string, OpenPart>();
  /** Of a reasoning item: the piece that is being told. */
  #piece = 0;
  #completed = false;

  constructor(nextIndex: () => number, emitted: { toolCall: boolean; refusal: boolean }) {
    this.#nextIndex = nextIndex;
    this.#emitted = emitted;
  }

  /** `response.output_item.added`: a call is named at once; other items begin with their content. */
  begin(item: JsonObject, out: NeutralEvent[]): void {
    if (isCall(item)) this.#startCall(item, out);
  }

  /** An event about the item's content. */
  read(event: JsonObject, out: NeutralEvent[]): void {
    switch (event.type) {
      case "response.output_text.delta":
        this.#tell(this.#text(event, out), event.delta, out);
        break;
      case "response.output_text.done":
        this.#rest(this.#text(event, out), event.text, out);
        break;
      case "response.refusal.delta":
        this.#tell(this.#refusal(event, out), event.delta, out);
        break;
      case "response.refusal.done":
        this.#rest(this.#refusal(event, out), event.refusal, out);
        break;
      case "response.output_text.annotation.added": {
        const { index } = this.#text(event, out);
        out.push({ type: "citation", index, protocol: "openai-responses", value: event.annotation });
        break;
      }
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta":
        this.#tell(this.#parts.get("call"), event.delta, out);
        break;
      case "response.function_call_arguments.done":
        this.#rest(this.#parts.get("call"), event.arguments, out);
        break;
      case "response.custom_tool_call_input.done":
        this.#rest(this.#parts.get("call"), event.input, out);
        break;
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
      case "response.reasoning.delta":
        this.#think(event, out);
        break;
    }
  }

  /** `response.output_item.done`: the authoritative copy. */
  complete(item: JsonObject, out: NeutralEvent[]): void {
    if (this.#completed) return;
    this.#completed = true;
    if (item.type === "reasoning" && this.#parts.has("thinking")) this.#sign(item, out);
    else if (item.type === "message") this.#completeMessage(item, out);
    else if (isCall(item)) this.#completeCall(item, out);
    else this.#whole(item, out);
    this.end(out);
  }

  end(out: NeutralEvent[]): void {
    for (const part of this.#parts.values()) this.#close(part, out);
  }

  #text(event: JsonObject, out: NeutralEvent[]): OpenPart {
    const start = { delta: "text-delta", part: { type: "text" } } as const;
    return this.#part(`content ${String(event.content_index ?? 0)}`, start, out);
  }

  #refusal(event: JsonObject, out: NeutralEvent[]): OpenPart {
    this.#emitted.refusal = true;
    const start = { delta: "refusal-delta", part: { type: "refusal" } } as const;
    return this.#part(`content ${String(event.content_index ?? 0)}`, start, out);
  }

  #thinking(out: NeutralEvent[]): OpenPart {
    const part = { type: "thinking", origin: responsesOrigin } as const;
    return this.#part("thinking", { delta: "thinking-delta", part }, out);
  }

  /** Pieces of a summary are told with a blank line between. */
  #think(event: JsonObject, out: NeutralEvent[]): void {
    const open = this.#thinking(out);
    const piece = event.summary_index ?? event.content_index;
    if (typeof piece === "number" && piece > this.#piece) {
      this.#piece = piece;
      if (open.told > 0) this.#tell(open, pieceBreak, out);
    }
    this.#tell(open, event.delta, out);
  }

  #sign(item: JsonObject, out: NeutralEvent[]): void {
    const summary = texts(item.summary);
    const pieces = summary.length > 0 ? summary : texts(item.content);
    const open = this.#thinking(out);
    this.#rest(open, pieces.join(pieceBreak), out);
    const signature = stateOf(item, pieces);
    if (signature !== undefined) out.push({ type: "signature", index: open.index, signature });
  }

  #completeMessage(item: JsonObject, out: NeutralEvent[]): void {
    const content = Array.isArray(item.content) ? item.content : [];
    content.forEach((part: unknown, at) => {
      if (!isObject(part)) return;
      const place = { content_index: at };
      if (part.type === "refusal") this.#rest(this.#refusal(place, out), part.refusal, out);
      else if (part.type === "output_text" && !this.#parts.has(`content ${at}`)) {
        const open = this.#text(place, out);
        this.#rest(open, part.text, out);
        const annotations = Array.isArray(part.annotations) ? part.annotations : [];
        for (const value of annotations) {
          out.push({ type: "citation", index: open.index, protocol: "openai-responses", value });
        }
      } else if (part.type === "output_text") this.#rest(this.#text(place, out), part.text, out);
    });
  }

  #startCall(item: JsonObject, out: NeutralEvent[]): OpenPart | undefined {
    const id = typeof item.call_id === "string" ? item.call_id : item.id;
    if (typeof item.name !== "string" || item.name === "" || typeof id !== "string") return undefined;
    this.#emitted.toolCall = true;
    const kind = item.type === "custom_tool_call" ? "custom" : "function";
    const part = { type: "tool_call", id, name: item.name, kind } as const;
    return this.#part("call", { delta: "arguments-delta", part }, out);
  }

  #completeCall(item: JsonObject, out: NeutralEvent[]): void {
    const open = this.#parts.get("call") ?? this.#startCall(item, out);
    const custom = item.type === "custom_tool_call";
    this.#rest(open, custom ? item.input : item.arguments, out);
    if (open !== undefined && open.told === 0 && !custom) this.#tell(open, "{}", out);
  }

  /** Reasoning without text, and what only this protocol knows. */
  #whole(item: JsonObject, out: NeutralEvent[]): void {
    for (const part of decodeItem(item)) {
      if (part.type === "thinking") {
        const open = this.#thinking(out);
        this.#tell(open, part.text, out);
        if (part.signature !== undefined) {
          out.push({ type: "signature", index: open.index, signature: part.signature });
        }
      } else if (part.type === "redacted_thinking" || part.type === "opaque") {
        const index = this.#nextIndex();
        const start = part.type === "opaque" ? part : { ...part, origin: responsesOrigin };
        out.push({ type: "part-start", index, part: start }, { type: "part-end", index });
      }
    }
  }

  #part(
    key: string,
    start: { readonly delta: OpenPart["delta"]; readonly part: StreamPart },
    out: NeutralEvent[],
  ): OpenPart {
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const open: OpenPart = { index: this.#nextIndex(), delta: start.delta, told: 0, ended: false };
    this.#parts.set(key, open);
    out.push({ type: "part-start", index: open.index, part: start.part });
    return open;
  }

  #tell(open: OpenPart | undefined, text: unknown, out: NeutralEvent[]): void {
    if (open === undefined || open.ended || typeof text !== "string" || text === "") return;
    open.told += text.length;
    out.push({ type: open.delta, index: open.index, text });
  }

  /** What the whole text has beyond the deltas. */
  #rest(open: OpenPart | undefined, whole: unknown, out: NeutralEvent[]): void {
    if (open === undefined || typeof whole !== "string" || whole.length <= open.told) return;
    this.#tell(open, whole.slice(open.told), out);
  }

  #close(part: OpenPart, out: NeutralEvent[]): void {
    if (part.ended) return;
    part.ended = true;
    out.push({ type: "part-end", index: part.index });
  }
}

function isCall(item: JsonObject): boolean {
  return item.type === "function_call" || item.type === "custom_tool_call";
}
