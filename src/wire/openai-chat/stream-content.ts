import type { NeutralEvent } from "../neutral/event.ts";
import type { Signed } from "../neutral/part.ts";
import type { JsonObject } from "../read-json.ts";
import { contentText } from "./content-parts.ts";
import { encryptedReasoning, reasoningText } from "./read-reasoning.ts";
import { decodeDetail, detailKey, type ReasoningPart, wholeId } from "./reasoning-details.ts";
import { StreamToolCalls } from "./stream-tool-calls.ts";
import { readSignature } from "./thought-signature.ts";

type Prose = "thinking" | "text" | "refusal";

/** Turns the deltas of one choice into parts. One prose part is open at a time; tool calls stay open beside it. */
export class StreamContent {
  hasRefusal = false;
  #next = 0;
  readonly #calls = new StreamToolCalls(() => this.#next++);
  #open: Prose | undefined;
  #index = 0;
  /** Which block of `reasoning_details` the open thinking part is. */
  #block: string | undefined;
  /** The text of the open thinking part. */
  #thought = "";
  readonly #whole = new Set<string>();

  get hasToolCall(): boolean {
    return this.#calls.any;
  }

  add(delta: JsonObject, responseId: string, out: NeutralEvent[]): void {
    this.#addReasoning(delta, out);
    const { refusal, annotations, tool_calls: calls, function_call: legacy } = delta;
    const content = contentText(delta.content);
    const signed = readSignature(delta);
    if (signed.signature !== undefined) {
      this.#signedText(content, { signed, out });
    } else if (content !== "") {
      this.#prose("text", out);
      out.push({ type: "text-delta", index: this.#index, text: content });
    }
    if (typeof refusal === "string" && refusal !== "") {
      this.hasRefusal = true;
      this.#prose("refusal", out);
      out.push({ type: "refusal-delta", index: this.#index, text: refusal });
    }
    if (Array.isArray(annotations)) this.#cite(annotations, out);
    if (Array.isArray(calls) && calls.length > 0) {
      this.#close(out);
      this.#calls.add(calls, responseId, out);
    } else if (typeof legacy === "object" && legacy !== null) {
      this.#close(out);
      this.#calls.add([{ index: 0, function: legacy }], responseId, out);
    }
  }

  /** Ends every open part. */
  end(responseId: string, out: NeutralEvent[]): void {
    this.#close(out);
    this.#calls.end(responseId, out);
  }

  /** `reasoning_details` repeats the plain text and says more; the plain text counts only without it. */
  #addReasoning(delta: JsonObject, out: NeutralEvent[]): void {
    const { reasoning_details: details } = delta;
    if (Array.isArray(details) && details.length > 0) {
      for (const entry of details) {
        const part = this.#news(entry, decodeDetail(entry));
        if (part !== undefined) this.#addBlock(part, { block: detailKey(entry) ?? "", out });
      }
      return;
    }
    const text = reasoningText(delta);
    if (text !== "") {
      if (this.#open !== "thinking") this.#think({ protocol: "openai-chat" }, out);
      this.#ponder(text, out);
    }
    const data = encryptedReasoning(delta);
    if (data !== "") this.#redacted({ data, origin: { protocol: "openai-chat" } }, out);
  }

  #addBlock(
    part: ReasoningPart,
    { block, out }: { readonly block: string; readonly out: NeutralEvent[] },
  ): void {
    const origin = part.origin ?? { protocol: "openai-chat" };
    if (part.type === "redacted_thinking") {
      this.#redacted({ data: part.data, origin }, out);
      return;
    }
    if (this.#open !== "thinking" || this.#block !== block) {
      this.#think(origin, out);
      this.#block = block;
    }
    if (part.text !== "") this.#ponder(part.text, out);
    if (part.signature !== undefined) {
      out.push({ type: "signature", index: this.#index, signature: part.signature });
    }
  }

  /** What a whole block says beyond the text that came as deltas; undefined when all of it is known. */
  #news(entry: unknown, part: ReasoningPart | undefined): ReasoningPart | undefined {
    const id = wholeId(entry);
    if (id === undefined || part === undefined) return part;
    if (this.#whole.has(id)) return undefined;
    this.#whole.add(id);
    const told = this.#open === "thinking" && part.type === "thinking" && part.text === this.#thought;
    return told ? { ...part, text: "" } : part;
  }

  #ponder(text: string, out: NeutralEvent[]): void {
    this.#thought += text;
    out.push({ type: "thinking-delta", index: this.#index, text });
  }

  #redacted(
    part: { readonly data: string; readonly origin: NonNullable<ReasoningPart["origin"]> },
    out: NeutralEvent[],
  ): void {
    this.#close(out);
    const index = this.#next++;
    out.push({ type: "part-start", index, part: { type: "redacted_thinking", ...part } });
    out.push({ type: "part-end", index });
  }

  #think(origin: NonNullable<ReasoningPart["origin"]>, out: NeutralEvent[]): void {
    this.#close(out);
    this.#open = "thinking";
    this.#index = this.#next++;
    this.#block = undefined;
    this.#thought = "";
    out.push({ type: "part-start", index: this.#index, part: { type: "thinking", origin } });
  }

  #prose(kind: "text" | "refusal", out: NeutralEvent[]): void {
    if (this.#open === kind) return;
    this.#close(out);
    this.#open = kind;
    this.#index = this.#next++;
    out.push({ type: "part-start", index: this.#index, part: { type: kind } });
  }

  /** A text with a signature is a part of its own. */
  #signedText(
    text: string,
    { signed, out }: { readonly signed: Signed; readonly out: NeutralEvent[] },
  ): void {
    this.#close(out);
    const index = this.#next++;
    out.push({ type: "part-start", index, part: { type: "text", ...signed } });
    if (text !== "") out.push({ type: "text-delta", index, text });
    out.push({ type: "part-end", index });
  }

  /** Annotations come with or after the text they belong to. */
  #cite(annotations: readonly unknown[], out: NeutralEvent[]): void {
    for (const value of annotations) {
      this.#prose("text", out);
      out.push({ type: "citation", index: this.#index, protocol: "openai-chat", value });
    }
  }

  #close(out: NeutralEvent[]): void {
    if (this.#open === undefined) return;
    out.push({ type: "part-end", index: this.#index });
    this.#open = undefined;
  }
}
