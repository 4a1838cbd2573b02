import type { Origin, RedactedThinkingPart, ThinkingPart } from "../neutral/part.ts";
import { type ProtocolId, protocolIds } from "../neutral/protocol-id.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/*
 * `reasoning_details` is OpenRouter's list of reasoning blocks, which lets opaque state survive a Chat conversation:
 *   {type:"reasoning.text", text, signature?, format, index}    a thinking block
 *   {type:"reasoning.summary", summary, format, index}          a thinking block, summarised by the vendor
 *   {type:"reasoning.encrypted", data, format, index}           a redacted thinking block
 * In a stream of ours a block is announced by an entry with text "", its text comes as `reasoning_content`, and when it
 * ends the list of all blocks so far comes whole, each entry with an `id` (`block_…`): the official client's helper keeps
 * only the last value of a field it does not know. Other vendors send fragments. Whatever a client gathers it sends back:
 * whole entries count once, and neighbours of equal type and index are fragments of one block.
 */

export type ReasoningPart = ThinkingPart | RedactedThinkingPart;

const formats: Readonly<Partial<Record<ProtocolId, string>>> = {
  "anthropic-messages": "anthropic-claude-v1",
  gemini: "google-gemini-v1",
  "openai-responses": "openai-responses-v1",
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
    return typeof data === "string" ? { type: "redacted_thinking", data, origin } : undefined;
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
    } else {
      parts.push(part);
    }
    lastKey = key;
  }
  return parts;
}

/** Whether this whole entry came before; fragments may well be equal. */
function repeated(entry: unknown, seen: Set<string>): boolean {
  const id = wholeId(entry);
  if (id === undefined) return false;
  const known = seen.has(id);
  seen.add(id);
  return known;
}

/** The id of an entry of ours that holds a block whole; undefined for fragments and foreign entries. */
export function wholeId(entry: unknown): string | undefined {
  return isObject(entry) && typeof entry.id === "string" && entry.id.startsWith("block_")
    ? entry.id
    : undefined;
}

/** A block, whole, as an entry of a streamed list. */
export function encodeWholeDetail(part: ReasoningPart, index: number): JsonObject {
  return { ...encodeDetail(part, index), id: `block_${index}` };
}

/** What fragments of one block have in common; undefined when the entry has no index and so stands alone. */
export function detailKey(entry: unknown): string | undefined {
  return isObject(entry) && typeof entry.index === "number"
    ? `${String(entry.type)} ${entry.index}`
    : undefined;
}

/** A block as an entry of the list. */
export function encodeDetail(part: ReasoningPart, index: number): JsonObject {
  const format = formatOf(part.origin);
  return part.type === "thinking"
    ? {
        type: "reasoning.text",
        text: part.text,
        ...(part.signature === undefined ? {} : { signature: part.signature }),
        format,
        index,
      }
    : { type: "reasoning.encrypted", data: part.data, format, index };
}
