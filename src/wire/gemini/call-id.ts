import { isObject, type JsonObject } from "../read-json.ts";

/**
 * The id of a call to which the vendor gave none: the same whenever it is worked out again, and different in every
 * answer. An answer without an id is told by what it calls.
 */
export function madeUpId(
  call: JsonObject,
  at: { readonly responseId: string; readonly ordinal: number },
): string {
  const cleaned = at.responseId.replace(/[^A-Za-z0-9]/g, "").slice(-24);
  const name = cleaned === "" ? hash(JSON.stringify([call.name, call.args])) : cleaned;
  return `call_${name}_${at.ordinal}`;
}

/** Whether an id says nothing to the vendor: calls and results then pair by name and order. */
export function isMadeUp(id: string): boolean {
  return /^call_[A-Za-z0-9]{1,24}_\d+$/.test(id);
}

/** The arguments of a call as JSON text; a function without parameters may lack them. */
export function argumentsOf(call: JsonObject): string {
  return JSON.stringify(isObject(call.args) ? call.args : {});
}

/** FNV-1a over UTF-16 units, in 8 hex digits. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}
