import type { DriverContext } from "../driver.ts";
import { textOption } from "./options.ts";

/** The words of an option that holds several, separated by commas; undefined when there are none. */
export function listOption(context: DriverContext, name: string): readonly string[] | undefined {
  const words = textOption(context, name, "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  return words.length === 0 ? undefined : words;
}

/** An option that is true or false; undefined when it is unset. */
export function flagOption(context: DriverContext, name: string): boolean | undefined {
  const value = context.options[name];
  return typeof value === "boolean" ? value : undefined;
}

/** An option's JSON object or array; undefined when it is unset or none of both. */
export function jsonOption(context: DriverContext, name: string): object | undefined {
  try {
    const value: unknown = JSON.parse(textOption(context, name, ""));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
