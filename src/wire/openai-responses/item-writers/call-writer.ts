import type { StreamPart } from "../../neutral/event.ts";
import type { JsonObject } from "../../read-json.ts";
import { callItem, type ItemStatus } from "../output-items.ts";
import { deltaEvent, type ItemPlace, type ItemWriter } from "./item-writer.ts";

type Call = Extract<StreamPart, { type: "tool_call" }>;

/** A `function_call` or `custom_tool_call` item. */
export class CallWriter implements ItemWriter {
  readonly at: number;
  ended = false;
  readonly #place: ItemPlace & { readonly call: Call };
  readonly #write: (sequence: number, text: string) => string;
  readonly #fields: JsonObject;
  #arguments = "";
  #done = false;

  constructor(place: ItemPlace & { readonly call: Call }) {
    this.#place = place;
    this.at = place.at;
    this.#fields = { item_id: place.id, output_index: place.at };
    this.#write = deltaEvent(`response.${this.#stem}.delta`, { fields: this.#fields });
  }

  get #custom(): boolean {
    return this.#place.call.kind === "custom";
  }

  get #stem(): string {
    return this.#custom ? "custom_tool_call_input" : "function_call_arguments";
  }

  skeleton(): JsonObject {
    return this.item("in_progress");
  }

  startPart(): string {
    return "";
  }

  delta(_index: number, text: string): string {
    this.#arguments += text;
    return this.#write(this.#place.next(), text);
  }

  sign(): void {}

  cite(): string {
    return "";
  }

  endPart(): string {
    this.ended = true;
    return this.#finish(true);
  }

  finish(): string {
    return this.#finish(this.ended);
  }

  item(status: ItemStatus): JsonObject {
    const { call, id } = this.#place;
    return callItem({ ...call, arguments: this.#arguments }, { id, status });
  }

  /** A function without arguments is called with an empty object. */
  #finish(whole: boolean): string {
    if (this.#done) return "";
    this.#done = true;
    const filled = whole && !this.#custom && this.#arguments === "" ? this.delta(0, "{}") : "";
    const { emit, call } = this.#place;
    const text = this.#arguments;
    const said = this.#custom ? { input: text } : { arguments: text, name: call.name };
    return filled + emit(`response.${this.#stem}.done`, { ...this.#fields, ...said });
  }
}
