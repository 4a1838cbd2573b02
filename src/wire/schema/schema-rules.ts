/** What a target's schema language understands, as data. Everything that is not named is dropped, with a loss. */
export interface SchemaRules {
  /** Keywords copied as they are; those with sub-schemas are compiled by their meaning if they are listed. */
  readonly keywords: ReadonlySet<string>;
  /** Keywords that bind nothing: left out, and nobody's loss. */
  readonly annotations: ReadonlySet<string>;
  /** `keep`: `$ref` into `$defs` stays; `inline`: it is replaced by what it names, recursion by a bare object. */
  readonly refs: "keep" | "inline";
  /** A type list stays, or becomes one type, `nullable`, and `anyOf` for the rest. */
  readonly typeLists: boolean;
  /** Values of `enum` may be of any type; false: texts that are not empty. */
  readonly anyEnum: boolean;
  /** Formats that are known, by type; absent: all. */
  readonly formats?: Readonly<Record<string, ReadonlySet<unknown>>>;
  /** An array must say what it holds, and every schema what type it is. */
  readonly complete: boolean;
}

/** Deeper nesting becomes a bare object. */
export const maxDepth = 32;
/** What inlining may grow a schema to, in sub-schemas; whatever is beyond becomes a bare object. */
export const maxNodes = 5_000;
