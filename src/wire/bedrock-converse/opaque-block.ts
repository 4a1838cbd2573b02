import type { StreamPart } from "../neutral/event.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** A block only this protocol understands (an image, a call the vendor runs, its result), gathered until it is complete. */
export class OpaqueBlock {
  readonly #name: string;
  readonly #fields: Record<string, unknown>;
  #input = "";

  /** `start`: what the block's first event holds. */
  constructor(start: JsonObject) {
    const [name = "unknown", fields] = Object.entries(start)[0] ?? [];
    this.#name = name;
    this.#fields = isObject(fields) ? { ...fields } : {};
  }

  add(delta: JsonObject): void {
    const piece = delta[this.#name];
    if (Array.isArray(piece)) this.#append("content", piece);
    else if (isObject(piece)) this.#merge(piece);
  }

  part(): StreamPart {
    const fields = this.#input === "" ? this.#fields : { ...this.#fields, input: parsed(this.#input) };
    return {
      type: "opaque",
      name: this.#name,
      protocol: "bedrock-converse",
      value: { [this.#name]: fields },
    };
  }

  #merge(piece: JsonObject): void {
    for (const [key, value] of Object.entries(piece)) {
      if (key === "input" && typeof value === "string") this.#input += value;
      else this.#fields[key] = value;
    }
  }

  #append(key: string, values: readonly unknown[]): void {
    const known = this.#fields[key];
    this.#fields[key] = [...(Array.isArray(known) ? known : []), ...values];
  }
}

/** The input of a call the vendor runs; text that is no JSON was cut and says nothing. */
function parsed(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
