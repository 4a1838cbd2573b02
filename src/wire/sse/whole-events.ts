const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const none = new Uint8Array(0);

/**
 * Passes a stream on event by event: half an event is held back until the rest has come, so that whatever must be
 * said in between, an error above all, never stands in the middle of one. Whole events cost a look at two bytes.
 */
export class WholeEvents {
  #held: Uint8Array = none;

  /** What may be passed on so far; events end in a blank line of LF or CRLF. */
  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const length = wholeLength(bytes);
    if (length === bytes.length) {
      this.#held = none;
      return bytes;
    }
    this.#held = bytes.subarray(length);
    return bytes.subarray(0, length);
  }

  /** What is left when the stream has ended well. */
  end(): Uint8Array {
    const rest = this.#held;
    this.#held = none;
    return rest;
  }
}

/** The length of the first event, its blank line included; that of everything when there is no other. */
export function eventLength(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) {
    if (endsBlankLine(bytes, at)) return at + 1;
  }
  return bytes.length;
}

/** The length of the part that ends with a blank line. */
function wholeLength(bytes: Uint8Array): number {
  const { length } = bytes;
  if (length >= 2 && bytes[length - 1] === lineFeed && endsBlankLine(bytes, length - 1)) return length;
  for (let at = bytes.lastIndexOf(lineFeed); at > 0; at = bytes.lastIndexOf(lineFeed, at - 1)) {
    if (endsBlankLine(bytes, at)) return at + 1;
  }
  return 0;
}

function endsBlankLine(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 1] === lineFeed || (bytes[at - 1] === carriageReturn && bytes[at - 2] === lineFeed);
}
