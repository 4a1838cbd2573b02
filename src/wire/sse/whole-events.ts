const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const none = new Uint8Array(0);

/**
 * Passes a stream on event by event: half an event is held back until the rest has come, so that whatever must be
 * said in between, an error above all, never stands in the middle of one. Whole events cost a look at two bytes; no byte is
 * copied more than once, however small the chunks are.
 */
export class WholeEvents {
  #held: Uint8Array[] = [];
  /** The two bytes before the next chunk. */
  #last = 0;
  #lastButOne = 0;

  /** What may be passed on so far; events end in a blank line of LF or CRLF. */
  push(chunk: Uint8Array): Uint8Array {
    const length = this.#wholeLength(chunk);
    for (let at = Math.max(0, chunk.length - 2); at < chunk.length; at++) {
      this.#lastButOne = this.#last;
      this.#last = chunk[at] ?? 0;
    }
    // Nearly every chunk.
    if (length === chunk.length && this.#held.length === 0) return chunk;
    if (length === 0) {
      if (chunk.length > 0) this.#held.push(chunk);
      return none;
    }
    const whole = length === chunk.length ? chunk : chunk.subarray(0, length);
    const out = this.#held.length === 0 ? whole : Buffer.concat([...this.#held, whole]);
    this.#held = length === chunk.length ? [] : [chunk.subarray(length)];
    return out;
  }

  /** What is left when the stream has ended well. */
  end(): Uint8Array {
    const rest = Buffer.concat(this.#held);
    this.#held = [];
    return rest;
  }

  /** How much of the chunk stands before the end of its last blank line. */
  #wholeLength(chunk: Uint8Array): number {
    for (let at = chunk.length - 1; at >= 0; at = chunk.lastIndexOf(lineFeed, at - 1)) {
      if (chunk[at] === lineFeed && this.#endsBlankLine(chunk, at)) return at + 1;
      if (at === 0) break;
    }
    return 0;
  }

  #endsBlankLine(chunk: Uint8Array, at: number): boolean {
    const before = at >= 1 ? chunk[at - 1] : this.#last;
    if (before !== carriageReturn) return before === lineFeed;
    const beforeThat = at >= 2 ? chunk[at - 2] : at === 1 ? this.#last : this.#lastButOne;
    return beforeThat === lineFeed;
  }
}

/** The length of the first event, its blank line included; that of everything when there is no other. */
export function eventLength(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) {
    if (endsBlankLine(bytes, at)) return at + 1;
  }
  return bytes.length;
}

function endsBlankLine(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 1] === lineFeed || (bytes[at - 1] === carriageReturn && bytes[at - 2] === lineFeed);
}
