import type { Origin, RedactedThinkingPart, ThinkingPart } from "../neutral/part.ts";
import { type ProtocolId, protocolIds } from "../neutral/protocol-id.ts";
import { packState, unpackState } from "../openai-responses/reasoning-state.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/*
 * `reasoning_details` is OpenRouter's list of reasoning blocks, which lets opaque state survive a Chat conversation:
 *   {type:"reasoning.text", text, signature?, format, index}    a thinking block
 *   {type:"reasoning.summary", summary, format, index}          a thinking block, summarised by the vendor
 *   {type:"reasoning.encrypted", data, format, index}           a redacted thinking block
 * State of the Responses protocol has a form of its own, as OpenRouter writes it: the summary, then
 *   {type:"reasoning.encrypted", data, id: "rs_…", format: "openai-responses-v1", index}
 * In a stream of ours a block is announced by an entry with text "", its text comes as `reasoning_content`, and when it
 * ends the list of all blocks so far comes whole, each entry with an `id` (`block_…`): the official client's helper keeps
 * only the last value of a field it does not know. Other vendors send fragments. Whatever a client gathers it sends back:
 * whole entries count once, and neighbours of equal type and index are fragments of one block.
 */

export type ReasoningPart = ThinkingPart | RedactedThinkingPart;

const responsesFormat = "openai-responses-v1";

const formats: Readonly<Partial<Record<ProtocolId, string>>> = {
  "anthropic-messages": "anthropic-claude-v1",
  gemini: "google-gemini-v1",
  "openai-responses": responsesFormat,
  "openai-chat": "unknown",
};

const chatOrigin: Origin = { protocol: "openai-chat" };
const origins: ReadonlyMap<unknown, Origin> = new Map(
  protocolIds.flatMap((protocol) => [
    [protocol, { protocol }],
    [formats[protocol] ?? protocol, { protocol }],
  ]),
);

/** Who issued a block of this `format`; what is not known belongs to this protocol. */
export function originOf(format: unknown): Origin {
  return origins.get(format) ?? chatOrigin;
}

/** The `format` of blocks of this origin: OpenRouter's name, or the protocol's own id where there is none. */
export function formatOf(origin: Origin | undefined): string {
  return origin === undefined ? "unknown" : (formats[origin.protocol] ?? origin.protocol);
}

/** Whether `reasoning_details` has a standard `format` for this origin, so that a vendor may know it. */
export function hasFormat(origin: Origin): boolean {
  return formats[origin.protocol] !== undefined;
}

/** One entry of a list, or a fragment of one; undefined when it is of no known kind. */
export function decodeDetail(entry: unknown): ReasoningPart | undefined {
  if (!isObject(entry)) return undefined;
  const origin = originOf(entry.format);
  if (entry.type === "reasoning.encrypted") {
    const data = entry.data;
    return typeof data === "string"
      ? { type: "redacted_thinking", data: withItemId(data, entry), origin }
      : undefined;
  }
  const field =
    entry.type === "reasoning.text" ? "text" : entry.type === "reasoning.summary" ? "summary" : "";
  if (field === "") return undefined;
  const text = entry[field];
  const signature = entry.signature;
  return {
    type: "thinking",
    text: typeof text === "string" ? text : "",
    ...(typeof signature === "string" && signature !== "" ? { signature } : {}),
    origin,
  };
}

/** Encrypted reasoning of the Responses protocol is known to its vendor under the id of its item. */
function withItemId(data: string, { id, format }: JsonObject): string {
  return typeof id === "string" && format === responsesFormat ? packState({ id, encrypted: data }) : data;
}

/** A whole list, fragments merged. Unknown entries are skipped: they are the client's echo of a vendor's novelty. */
export function decodeDetails(entries: readonly unknown[]): readonly ReasoningPart[] {
  const parts: ReasoningPart[] = [];
  const seen = new Set<string>();
  let lastKey: string | undefined;
  for (const entry of entries) {
    const part = decodeDetail(entry);
    if (part === undefined || repeated(entry, seen)) continue;
    const key = detailKey(entry);
    const last = parts.at(-1);
    if (key !== undefined && key === lastKey && last?.type === "thinking" && part.type === "thinking") {
      const signature = (last.signature ?? "") + (part.signature ?? "");
      const text = last.text + part.text;
      parts[parts.length - 1] = { ...last, text, ...(signature === "" ? {} : { signature }) };
    } else if (last?.type === "thinking" && part.type === "redacted_thinking" && isStateOf(entry, lastKey)) {
      parts[parts.length - 1] = { ...last, signature: part.data };
    } else {
      parts.push(part);
    }
    lastKey = key;
  }
  return parts;
}

/** Whether an entry is the state of the summary that stands before it, under the same index. */
function isStateOf(entry: unknown, lastKey: string | undefined): boolean {
  if (!isObject(entry) || entry.format !== responsesFormat) return false;
  return typeof entry.index === "number" && lastKey === `reasoning.summary ${entry.index}`;
}

/** Whether this whole entry came before; fragments may well be equal. */
function repeated(entry: unknown, seen: Set<string>): boolean {
  const id = wholeId(entry);
  if (id === undefined) return false;
  const known = seen.has(id);
  seen.add(id);
  return known;
}

/** What an entry that holds a block whole is known by; undefined for fragments and entries without an id. */
export function wholeId(entry: unknown): string | undefined {
  if (!isObject(entry) || typeof entry.id !== "string") return undefined;
  if (entry.id.startsWith("block_")) return `${String(entry.type)} ${entry.id}`;
  return entry.type === "reasoning.encrypted" ? entry.id : undefined;
}

/** A block, whole, as entries of a streamed list. */
export function encodeWholeDetail(part: ReasoningPart, index: number): readonly JsonObject[] {
  return encodeDetail(part, index).map((entry) => ({ id: `block_${index}`, ...entry }));
}

/** What fragments of one block have in common; undefined when the entry has no index and so stands alone. */
export function detailKey(entry: unknown): string | undefined {
  return isObject(entry) && typeof entry.index === "number"
    ? `${String(entry.type)} ${entry.index}`
    : undefined;
}

/** A block as an entry of the list; a summary with state has one for each. */
export function encodeDetail(part: ReasoningPart, index: number): readonly JsonObject[] {
  const format = formatOf(part.origin);
  if (part.origin?.protocol === "openai-responses") return encodeItem(part, { format, index });
  if (part.type === "redacted_thinking") {
    return [{ type: "reasoning.encrypted", data: part.data, format, index }];
  }
  const { text, signature } = part;
  return [{ type: "reasoning.text", text, ...(signature === undefined ? {} : { signature }), format, index }];
}

function encodeItem(part: ReasoningPart, place: { format: string; index: number }): readonly JsonObject[] {
  const state = part.type === "thinking" ? part.signature : part.data;
  const summary =
    part.type === "thinking" ? [{ type: "reasoning.summary", summary: part.text, ...place }] : [];
  if (state === undefined) return summary;
  const { id, encrypted } = unpackState(state);
  const item = { type: "reasoning.encrypted", data: encrypted, ...(id !== undefined && { id }), ...place };
  return [...summary, item];
}
