import { isObject, type JsonObject } from "../read-json.ts";

/**
 * The id of a call to which the vendor gave none: the same whenever the answer is read again. Calls of one answer differ
 * by their ordinal, equal calls of different answers by the time the vendor wrote them.
 */
export function madeUpId(
  call: JsonObject,
  at: { readonly createdAt: unknown; readonly ordinal: number },
): string {
  return `call_${hash(JSON.stringify([at.createdAt, call.name, call.arguments]))}_${at.ordinal}`;
}

/** A call's arguments as JSON text; some models write them as a text themselves. */
export function argumentsText({ arguments: args }: JsonObject): string {
  if (typeof args === "string") return args === "" ? "{}" : args;
  return JSON.stringify(isObject(args) ? args : {});
}

/** FNV-1a over UTF-16 units, in 8 hex digits. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}
