import { malformed } from "./malformed.ts";

/** Bytes of a value by its type; strings and byte arrays carry their own length. */
const fixedSizes: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const byteArrayType = 6;
const stringType = 7;

const decoder = new TextDecoder();

/**
 * The headers of a message that are strings, by name; the others say nothing a reader here needs.
 *
 * @throws PenstockError `upstream_malformed` when a header does not fit into the bytes from `start` to `end`.
 */
export function readHeaders(bytes: Uint8Array, start: number, end: number): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = start;
  const take = (length: number): number => {
    const from = at;
    at += length;
    if (at > end) throw malformed("a header that is longer than the headers");
    return from;
  };
  while (at < end) {
    const nameLength = bytes[take(1)] ?? 0;
    const nameAt = take(nameLength);
    const type = bytes[take(1)] ?? 0;
    const fixed = fixedSizes[type];
    if (fixed !== undefined) {
      take(fixed);
      continue;
    }
    if (type !== byteArrayType && type !== stringType) throw malformed("a header of an unknown type");
    const lengthAt = take(2);
    const valueAt = take(((bytes[lengthAt] ?? 0) << 8) | (bytes[lengthAt + 1] ?? 0));
    if (type === stringType) {
      const name = decoder.decode(bytes.subarray(nameAt, nameAt + nameLength));
      headers.set(name, decoder.decode(bytes.subarray(valueAt, at)));
    }
  }
  return headers;
}
