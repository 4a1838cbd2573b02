import type { JsonObject } from "../../read-json.ts";
import type { ItemWriter } from "./item-writer.ts";

/** An item that comes whole. */
export class WholeWriter implements ItemWriter {
  readonly at: number;
  readonly ended = true;
  readonly #item: JsonObject;

  constructor(at: number, item: JsonObject) {
    this.at = at;
    this.#item = item;
  }

  skeleton(): JsonObject {
    return this.#item;
  }

  startPart(): string {
    return "";
  }

  delta(): string {
    return "";
  }

  sign(): void {}

  cite(): string {
    return "";
  }

  endPart(): string {
    return "";
  }

  finish(): string {
    return "";
  }

  item(): JsonObject {
    return this.#item;
  }
}
