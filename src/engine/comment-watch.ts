const colon = 0x3a;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Tells a vendor that only says it is still there, by lines of SSE comments (`: PROCESSING`), from one that answers.
 * Any other chunk costs a look at its first and last byte.
 */
export class CommentWatch {
  #line: "start" | "comment" | "data" = "start";

  /** Whether the chunk says more than comments and blank lines. */
  says(chunk: Uint8Array): boolean {
    const said = this.#line === "data" || !this.#isComment(chunk);
    const last = chunk.lastIndexOf(lineFeed);
    if (last === chunk.length - 1) this.#line = chunk.length === 0 ? this.#line : "start";
    else if (last !== -1 || this.#line === "start") this.#line = lineOf(chunk[last + 1]);
    return said;
  }

  #isComment(chunk: Uint8Array): boolean {
    let at = this.#line === "comment" ? afterLine(chunk, 0) : 0;
    while (at < chunk.length) {
      const byte = chunk[at];
      if (byte === lineFeed || byte === carriageReturn) at++;
      else if (byte === colon) at = afterLine(chunk, at);
      else return false;
    }
    return true;
  }
}

/** What a line that begins with this byte is; a carriage return may be the first half of a blank line's end. */
function lineOf(first: number | undefined): "start" | "comment" | "data" {
  if (first === colon) return "comment";
  return first === carriageReturn ? "start" : "data";
}

function afterLine(chunk: Uint8Array, from: number): number {
  const end = chunk.indexOf(lineFeed, from);
  return end === -1 ? chunk.length : end + 1;
}
