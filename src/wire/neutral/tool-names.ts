/** Which tool names a vendor accepts. */
export interface ToolNameRule {
  /** Every character of a name must match it, e.g. `/[A-Za-z0-9_-]/`. */
  readonly character: RegExp;
  /** What the first character must match, where that is stricter. */
  readonly first?: RegExp;
  readonly maxLength: number;
}

/**
 * The tool names of one request as its vendor knows them, and the way back. A name that fits is left alone; another one
 * is made to fit in a way that depends on the name alone, so that equal requests give equal bytes.
 */
export class ToolNames {
  readonly #originals = new Map<string, string>();

  /** The name the vendor gets. Equal names get equal ones, different names different ones. */
  safe(name: string, rule: ToolNameRule): string {
    if (fitsRule(name, rule) && (this.#originals.get(name) ?? name) === name) return name;
    for (let salt = 0; ; salt++) {
      const suffix = `_${hash(`${salt}${name}`)}`;
      const safe = this.#clean(name, rule).slice(0, rule.maxLength - suffix.length) + suffix;
      const taken = this.#originals.get(safe);
      if (taken !== undefined && taken !== name) continue;
      this.#originals.set(safe, name);
      return safe;
    }
  }

  /** The caller's name of a tool the vendor names. */
  original(name: string): string {
    return this.#originals.get(name) ?? name;
  }

  #clean(name: string, { character, first = character }: ToolNameRule): string {
    const clean = [...name].map((c) => (character.test(c) ? c : "_")).join("");
    return first.test(clean.charAt(0)) ? clean : `t${clean}`;
  }
}

/** Whether a vendor takes the name as it is. */
export function fitsRule(name: string, { character, first, maxLength }: ToolNameRule): boolean {
  if (name === "" || name.length > maxLength) return false;
  for (const c of name) if (!character.test(c)) return false;
  return first === undefined || first.test(name.charAt(0));
}

/** FNV-1a over UTF-16 units, in 8 hex digits: short and stable; collisions are resolved by the salt. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}
