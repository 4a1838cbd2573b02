import { escapedOnce, type RawJson } from "../../json/raw-json.ts";
import type { StreamPart } from "../../neutral/event.ts";
import type { VendorValue } from "../../neutral/part.ts";
import type { JsonObject } from "../../read-json.ts";
import { type ItemStatus, messageItem, refusalContent, textContent } from "../output-items.ts";
import { deltaEvent, type ItemPlace, type ItemWriter } from "./item-writer.ts";

/** From so many characters on, escaping a text once costs less than what objects with it are slower to write. */
const longText = 4096;

interface Content {
  readonly at: number;
  readonly kind: "text" | "refusal";
  readonly write: (sequence: number, text: string) => string;
  readonly annotations: unknown[];
  text: string;
  /** The whole text, once it has ended, for the four events that tell it again. */
  whole: string | RawJson | undefined;
  /** Parts of the answer that are told in it and have not ended. */
  open: number;
  ended: boolean;
}

/**
 * A `message` item: texts and refusals that follow each other are its content parts, one after another. Texts that a vendor
 * tells by turns become one.
 */
export class MessageWriter implements ItemWriter {
  readonly at: number;
  readonly #place: ItemPlace;
  readonly #contents: Content[] = [];
  readonly #byPart = new Map<number, Content>();

  constructor(place: ItemPlace) {
    this.#place = place;
    this.at = place.at;
  }

  get ended(): boolean {
    return this.#contents.every((content) => content.ended);
  }

  skeleton(): JsonObject {
    return messageItem(this.#place.id, [], "in_progress");
  }

  startPart(index: number, part: StreamPart): string {
    const kind = part.type === "refusal" ? "refusal" : "text";
    const before = this.#contents.at(-1);
    if (before?.ended === false && before.kind === kind) {
      before.open++;
      this.#byPart.set(index, before);
      return "";
    }
    const closed = before === undefined ? "" : this.#end(before);
    const at = this.#contents.length;
    const fields = { item_id: this.#place.id, output_index: this.at, content_index: at };
    const write =
      kind === "refusal"
        ? deltaEvent("response.refusal.delta", { fields })
        : deltaEvent("response.output_text.delta", { fields, after: `,"logprobs":[]` });
    const content: Content = {
      at,
      kind,
      write,
      annotations: [],
      text: "",
      whole: undefined,
      open: 1,
      ended: false,
    };
    this.#contents.push(content);
    this.#byPart.set(index, content);
    return closed + this.#emit("response.content_part.added", content, { part: partOf(content) });
  }

  delta(index: number, text: string): string {
    const content = this.#byPart.get(index);
    if (content === undefined || content.ended) return "";
    content.text += text;
    return content.write(this.#place.next(), text);
  }

  sign(): void {}

  cite(index: number, { protocol, value }: VendorValue): string {
    const content = this.#byPart.get(index);
    if (content === undefined || protocol !== "openai-responses") return "";
    return (Array.isArray(value) ? value : [value])
      .map((annotation: unknown) => {
        const annotation_index = content.annotations.push(annotation) - 1;
        return this.#emit("response.output_text.annotation.added", content, { annotation_index, annotation });
      })
      .join("");
  }

  endPart(index: number): string {
    const content = this.#byPart.get(index);
    this.#byPart.delete(index);
    if (content === undefined) return "";
    content.open--;
    return content.open === 0 ? this.#end(content) : "";
  }

  finish(): string {
    return this.#contents.map((content) => this.#end(content)).join("");
  }

  item(status: ItemStatus): JsonObject {
    return messageItem(this.#place.id, this.#contents.map(partOf), status);
  }

  #end(content: Content): string {
    if (content.ended) return "";
    content.ended = true;
    const { text } = content;
    const whole = text.length < longText ? text : escapedOnce(text);
    content.whole = whole;
    const done =
      content.kind === "refusal"
        ? this.#emit("response.refusal.done", content, { refusal: whole })
        : this.#emit("response.output_text.done", content, { text: whole, logprobs: [] });
    return done + this.#emit("response.content_part.done", content, { part: partOf(content) });
  }

  #emit(type: string, content: Content, fields: JsonObject): string {
    const place = { item_id: this.#place.id, output_index: this.at, content_index: content.at };
    return this.#place.emit(type, { ...place, ...fields });
  }
}

function partOf({ kind, text, whole, annotations }: Content): JsonObject {
  return kind === "refusal" ? refusalContent(whole ?? text) : textContent(whole ?? text, [...annotations]);
}
