import type { AnswerContext } from "../protocol.ts";
import { isObject } from "../read-json.ts";

/**
 * Names of the caller's tools that take free text. Vendors without such tools get functions with one argument, `input`,
 * in their place and call these; the caller knows only the tool it declared.
 */
export function customToolNames({ echo }: AnswerContext): ReadonlySet<string> {
  const tools: readonly unknown[] = Array.isArray(echo?.tools) ? echo.tools : [];
  const names = tools.map((tool) => (isObject(tool) && tool.type === "custom" ? tool.name : undefined));
  return new Set(names.filter((name) => typeof name === "string"));
}

/** The free text in the arguments of such a function; arguments of any other shape are the text themselves. */
export function freeTextOf(args: string): string {
  try {
    const parsed: unknown = JSON.parse(args);
    return isObject(parsed) && typeof parsed.input === "string" ? parsed.input : args;
  } catch {
    return args;
  }
}
