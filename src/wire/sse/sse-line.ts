const colon = 58;
const space = 32;

/** Where the value of a `data` line begins, or -1 when the line is another field, a comment or nothing. */
export function dataValue(bytes: Uint8Array, start: number, end: number): number {
  if (
    end - start < 4 ||
    bytes[start] !== 100 ||
    bytes[start + 1] !== 97 ||
    bytes[start + 2] !== 116 ||
    bytes[start + 3] !== 97
  ) {
    return -1;
  }
  const after = start + 4;
  return after === end || bytes[after] === colon ? valueStart(bytes, after, end) : -1;
}

/** Whether the line is an `event` field. */
export function isEventLine(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= 5 &&
    bytes[start] === 101 &&
    bytes[start + 1] === 118 &&
    bytes[start + 2] === 101 &&
    bytes[start + 3] === 110 &&
    bytes[start + 4] === 116 &&
    (start + 5 === end || bytes[start + 5] === colon)
  );
}

/** Skips the colon at `at` and the one optional space; a field without a colon has an empty value. */
export function valueStart(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return end;
  return at + 1 < end && bytes[at + 1] === space ? at + 2 : at + 1;
}

/** A UTF-8 byte order mark, which may stand before the first line. */
export function hasBom(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** `bytes[start, end)` as text; bytes that are not UTF-8 become U+FFFD. */
export function sliceText(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
}
