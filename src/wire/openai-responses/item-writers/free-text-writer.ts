import type { StreamPart } from "../../neutral/event.ts";
import type { JsonObject } from "../../read-json.ts";
import { freeTextOf } from "../custom-calls.ts";
import type { ItemStatus } from "../output-items.ts";
import { CallWriter } from "./call-writer.ts";
import type { ItemPlace, ItemWriter } from "./item-writer.ts";

type Call = Extract<StreamPart, { type: "tool_call" }>;

/**
 * A `custom_tool_call` item for a call of the function that stood in for the caller's tool: the text is inside the
 * function's arguments, and known when these are whole.
 */
export class FreeTextWriter implements ItemWriter {
  readonly #call: CallWriter;
  #arguments = "";

  constructor(place: ItemPlace & { readonly call: Call }) {
    this.#call = new CallWriter({ ...place, call: { ...place.call, kind: "custom" } });
  }

  get at(): number {
    return this.#call.at;
  }

  get ended(): boolean {
    return this.#call.ended;
  }

  skeleton(): JsonObject {
    return this.#call.skeleton();
  }

  startPart(): string {
    return "";
  }

  delta(_index: number, text: string): string {
    this.#arguments += text;
    return "";
  }

  sign(): void {}

  cite(): string {
    return "";
  }

  endPart(): string {
    return this.#tell() + this.#call.endPart();
  }

  finish(): string {
    return this.#tell() + this.#call.finish();
  }

  item(status: ItemStatus): JsonObject {
    return this.#call.item(status);
  }

  #tell(): string {
    const text = freeTextOf(this.#arguments);
    this.#arguments = "";
    return text === "" ? "" : this.#call.delta(0, text);
  }
}
