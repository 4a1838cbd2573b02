import type { Origin } from "../../neutral/part.ts";
import type { JsonObject } from "../../read-json.ts";
import { envelopeItem } from "../reasoning-item.ts";
import { deltaEvent, type ItemPlace, type ItemWriter } from "./item-writer.ts";

/** A `reasoning` item whose text is told as a summary of one piece, as it comes. */
export class ReasoningWriter implements ItemWriter {
  readonly at: number;
  ended = false;
  readonly #place: ItemPlace & { readonly origin: Origin };
  readonly #write: (sequence: number, text: string) => string;
  readonly #fields: JsonObject;
  #text = "";
  #signature = "";
  #done = false;

  constructor(place: ItemPlace & { readonly origin: Origin }) {
    this.#place = place;
    this.at = place.at;
    this.#fields = { item_id: place.id, output_index: place.at, summary_index: 0 };
    this.#write = deltaEvent("response.reasoning_summary_text.delta", { fields: this.#fields });
  }

  skeleton(): JsonObject {
    return { id: this.#place.id, type: "reasoning", summary: [] };
  }

  startPart(): string {
    return "";
  }

  delta(_index: number, text: string): string {
    const part = { type: "summary_text", text: "" };
    const added =
      this.#text === ""
        ? this.#place.emit("response.reasoning_summary_part.added", { ...this.#fields, part })
        : "";
    this.#text += text;
    return added + this.#write(this.#place.next(), text);
  }

  sign(signature: string): void {
    this.#signature += signature;
  }

  cite(): string {
    return "";
  }

  endPart(): string {
    this.ended = true;
    return this.finish();
  }

  finish(): string {
    if (this.#done) return "";
    this.#done = true;
    if (this.#text === "") return "";
    const { emit } = this.#place;
    const text = this.#text;
    return (
      emit("response.reasoning_summary_text.done", { ...this.#fields, text }) +
      emit("response.reasoning_summary_part.done", { ...this.#fields, part: { type: "summary_text", text } })
    );
  }

  item(): JsonObject {
    const { origin, id } = this.#place;
    const signed = this.#signature === "" ? {} : { signature: this.#signature };
    return envelopeItem({ type: "thinking", text: this.#text, origin, ...signed }, id);
  }
}
