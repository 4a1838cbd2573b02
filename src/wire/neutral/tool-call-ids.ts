import { type ToolNameRule, ToolNames } from "./tool-names.ts";

/**
 * Ids of calls as a vendor takes them or as a model wants them, unique in the conversation and given out in order of the
 * calls: a longer conversation gives its beginning the same ids.
 */
export class ToolCallIds {
  readonly #length: number | undefined;
  readonly #rule: ToolNameRule;
  readonly #safe = new ToolNames();
  readonly #taken = new Set<string>();
  /** The wire's id of the last call with an id. */
  readonly #current = new Map<string, string>();

  /** `length`: exactly so many letters and digits; undefined: the vendor's own rule. */
  constructor(length: number | undefined, rule: ToolNameRule) {
    this.#length = length;
    this.#rule = rule;
  }

  /** The wire's id for one more call. */
  assign(id: string): string {
    let wireId = this.#fit(id);
    for (let n = 2; this.#taken.has(wireId); n++) wireId = this.#fit(`${id}:${n}`);
    this.#taken.add(wireId);
    this.#current.set(id, wireId);
    return wireId;
  }

  /** The wire's id of the call a result answers. */
  of(id: string): string {
    return this.#current.get(id) ?? this.assign(id);
  }

  #fit(id: string): string {
    if (this.#length === undefined) return this.#safe.safe(id, this.#rule);
    return id.length === this.#length && /^[a-zA-Z0-9]+$/.test(id) ? id : digest(id, this.#length);
  }
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Letters and digits that depend on the text alone; two texts with the same ones are told apart by `assign`. */
function digest(text: string, length: number): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  let out = "";
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b);
  }
  for (let i = 0; i < length; i++) {
    a = Math.imul(a ^ (a >>> 15) ^ b, 0x2c1b3c6d);
    b = Math.imul(b ^ (b >>> 13) ^ a, 0x297a2d39);
    out += alphabet[(a >>> 0) % alphabet.length];
  }
  return out;
}
