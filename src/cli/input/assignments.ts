import { usageError } from "../cli-error.ts";

/** Parses `name=value` options; each name once. The value may hold further `=`. */
export function parseAssignments(texts: readonly string[], option: string): Map<string, string> {
  const result = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf("=");
    // The text may be a secret given by mistake, so it is not repeated.
    if (at < 1) throw usageError(`${option} must be written name=value`);
    const name = text.slice(0, at);
    if (result.has(name)) throw usageError(`${option} ${name} is given twice; give it once`);
    result.set(name, text.slice(at + 1));
  }
  return result;
}

/** A driver option's value: `true` and `false` are booleans, plain numbers numbers, everything else is text. */
export function toOptionValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
}
