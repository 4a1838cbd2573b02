import type { DriverContext } from "../driver.ts";

/** An option's text; `fallback` when it is unset. An empty text counts as set, since a prefix may be empty. */
export function textOption(context: DriverContext, ...[name, fallback]: readonly [string, string]): string {
  const value = context.options[name];
  return value === undefined ? fallback : String(value);
}
