import { PenstockError } from "../errors/penstock-error.ts";

/** The master keys: the first seals, all of them open. Prints as its ids only. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly currentId: string;

  private constructor(keys: ReadonlyMap<string, Buffer>, currentId: string) {
    this.#keys = keys;
    this.currentId = currentId;
  }

  /**
   * Parses `id:base64,id2:base64`, the current key first, each of 32 bytes.
   * Throws `invalid_request` saying which entry is wrong and never what it holds; `source` names where it came from.
   */
  static parse(text: string, source: string): KeyRing {
    const keys = new Map<string, Buffer>();
    let currentId: string | undefined;
    for (const [index, entry] of text.trim().split(",").entries()) {
      const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry.trim());
      const [, id, encoded] = match ?? [];
      if (id === undefined || encoded === undefined)
        throw invalid(source, `entry ${index + 1} is not \`id:base64\``);
      const key = Buffer.from(encoded, "base64");
      if (key.length !== 32) throw invalid(source, `key \`${id}\` has ${key.length} bytes instead of 32`);
      if (keys.has(id)) throw invalid(source, `the id \`${id}\` stands twice`);
      keys.set(id, key);
      currentId ??= id;
    }
    if (currentId === undefined) throw invalid(source, "it is empty");
    return new KeyRing(keys, currentId);
  }

  /** A ring of keys that are known by their bytes; the first is the current one and wins where an id stands twice. */
  static of(entries: readonly (readonly [id: string, key: Buffer])[]): KeyRing {
    const [current] = entries;
    if (current === undefined) throw new TypeError("a ring needs at least one key");
    return new KeyRing(new Map(entries.toReversed()), current[0]);
  }

  has(id: string): boolean {
    return this.#keys.has(id);
  }

  /** Its keys by their ids, to be put into another ring. */
  entries(): readonly (readonly [id: string, key: Buffer])[] {
    return [...this.#keys];
  }

  /** The key with this id; throws `invalid_request` naming the id when the ring lacks it. */
  key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    throw new PenstockError("invalid_request", {
      fields: {
        reason: `a stored secret is sealed under the master key \`${id}\`, which is not in the ring (it has ${[...this.#keys.keys()].join(", ")})`,
      },
    });
  }

  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  toJSON(): { readonly ids: readonly string[] } {
    return { ids: this.ids };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `KeyRing(${this.ids.join(", ")})`;
  }
}

function invalid(source: string, reason: string): PenstockError {
  return new PenstockError("invalid_request", {
    fields: { reason: `The master key in ${source} is wrong: ${reason}.` },
  });
}
