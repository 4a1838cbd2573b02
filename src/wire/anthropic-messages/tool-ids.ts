/**
 * Ids of calls as the API takes them (`^[a-zA-Z0-9_-]+$`, unique in the conversation), given out in order of the
 * calls: a longer conversation gives its beginning the same ids, so that prompt caches still match.
 */
export class ToolIds {
  readonly #taken = new Set<string>();

  /** The wire's id for one more call. */
  assign(id: string): string {
    const base = id.replace(/[^a-zA-Z0-9_-]/g, "_") || "call";
    let candidate = base;
    for (let n = 2; this.#taken.has(candidate); n++) candidate = `${base}_${n}`;
    this.#taken.add(candidate);
    return candidate;
  }
}
