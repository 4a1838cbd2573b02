import type { DriverContext } from "../driver.ts";

/** An option's text; `fallback` when it is unset. An empty text counts as set, since a prefix may be empty. */
export function textOption(context: DriverContext, ...[name, fallback]: readonly [string, string]): string {
  const value = context.options[name];
  return value === undefined ? fallback : String(value);
}

/** The headers that are not empty. */
export function definedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
}
