// ECMAScript 2026 (source text access): the type library does not have it yet.
declare global {
  interface JSON {
    rawJSON(text: string): RawJson;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

/** JSON text that `JSON.stringify` writes as it is. */
export interface RawJson {
  readonly rawJSON: string;
}

/** A text that is to be written several times: what `JSON.stringify` would make of it, made once. */
export function escapedOnce(text: string): RawJson {
  return JSON.rawJSON(JSON.stringify(text));
}
