import type { NeutralEvent } from "../neutral/event.ts";
import type { VendorValue } from "../neutral/part.ts";
import { isObject } from "../read-json.ts";
import { decodePart } from "./decode-parts.ts";
import { geminiOrigin } from "./schema.ts";

/**
 * The parts of one stream. Pieces of unsigned prose are one part; whatever carries a signature is a part of its own, since
 * a signature belongs to exactly the part it came with.
 */
export class StreamParts {
  #next = 0;
  #open: "text" | "thinking" | undefined;
  #lastText = -1;
  #calls = 0;
  /** The vendor's id of the answer, from which calls without an id get theirs. */
  responseId = "";

  get calledTools(): boolean {
    return this.#calls > 0;
  }

  add(value: unknown, out: NeutralEvent[]): void {
    const place = { responseId: this.responseId, ordinal: this.#calls };
    const part = isObject(value) ? decodePart(value, place) : undefined;
    switch (part?.type) {
      case "text": {
        if (part.signature === undefined) this.#prose("text", out);
        else {
          const { text: _, ...start } = part;
          this.end(out);
          out.push({ type: "part-start", index: this.#next++, part: start });
        }
        const index = this.#next - 1;
        this.#lastText = index;
        if (part.text !== "") out.push({ type: "text-delta", index, text: part.text });
        if (part.signature !== undefined) out.push({ type: "part-end", index });
        break;
      }
      case "thinking": {
        if (part.signature !== undefined) this.end(out);
        this.#prose("thinking", out);
        const index = this.#next - 1;
        if (part.text !== "") out.push({ type: "thinking-delta", index, text: part.text });
        if (part.signature === undefined) break;
        out.push({ type: "signature", index, signature: part.signature });
        this.end(out);
        break;
      }
      case "tool_call": {
        const { arguments: text, ...start } = part;
        this.#whole({ start, text }, out);
        this.#calls++;
        break;
      }
      case "opaque":
        this.#whole({ start: part, text: "" }, out);
    }
  }

  /** Sources are named at the end, for the text before. */
  cite(citations: VendorValue, out: NeutralEvent[]): void {
    if (this.#lastText === -1) return;
    out.push({ type: "citation", index: this.#lastText, ...citations });
  }

  /** Ends the prose that is still open. */
  end(out: NeutralEvent[]): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    out.push({ type: "part-end", index: this.#next - 1 });
  }

  #prose(kind: "text" | "thinking", out: NeutralEvent[]): void {
    if (this.#open === kind) return;
    this.end(out);
    this.#open = kind;
    const part =
      kind === "text" ? ({ type: "text" } as const) : ({ type: "thinking", origin: geminiOrigin } as const);
    out.push({ type: "part-start", index: this.#next++, part });
  }

  #whole(
    { start, text }: { start: Extract<NeutralEvent, { type: "part-start" }>["part"]; text: string },
    out: NeutralEvent[],
  ): void {
    this.end(out);
    const index = this.#next++;
    out.push({ type: "part-start", index, part: start });
    if (text !== "") out.push({ type: "arguments-delta", index, text });
    out.push({ type: "part-end", index });
  }
}
