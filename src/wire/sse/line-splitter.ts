import { PenstockError } from "../../errors/penstock-error.ts";

/** 64 MiB: far above any event a vendor sends (images in base64 included), far below what would hurt a process. */
export const defaultLineLimit = 64 * 1024 * 1024;

const lf = 10;
const cr = 13;
/** An unfinished line's buffer above this size is given back once the line is read. */
const keptCapacity = 64 * 1024;

const nothing = new Uint8Array(0);

/**
 * Cuts a byte stream into lines that end in LF, CR or CRLF, wherever the chunks are cut. Time is linear in the bytes:
 * no byte is searched or copied twice. Lines longer than `limit` bytes throw `upstream_malformed`.
 */
export abstract class LineSplitter {
  readonly #limit: number;
  /** The unfinished line, copied: a transport may reuse its chunks. */
  #held: Uint8Array<ArrayBuffer> = nothing;
  #heldLength = 0;
  /** The last chunk ended in CR: an LF at the start of the next one belongs to it. */
  #skipLf = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** One line, without its end, as `bytes[start, end)`; valid during the call only. */
  protected abstract line(bytes: Uint8Array, start: number, end: number): void;

  /** Whether bytes of a line without its end are held. */
  protected get inLine(): boolean {
    return this.#heldLength > 0;
  }

  protected split(chunk: Uint8Array): void {
    const length = chunk.length;
    if (length === 0) return;
    let start = this.#skipLf && chunk[0] === lf ? 1 : 0;
    this.#skipLf = false;
    let nextLf = chunk.indexOf(lf, start);
    let nextCr = chunk.indexOf(cr, start);
    while (nextLf !== -1 || nextCr !== -1) {
      const isLf = nextCr === -1 || (nextLf !== -1 && nextLf < nextCr);
      const end = isLf ? nextLf : nextCr;
      this.#finish(chunk, start, end);
      start = end + 1;
      if (!isLf) {
        if (start === length) this.#skipLf = true;
        else if (chunk[start] === lf) start += 1;
        nextCr = chunk.indexOf(cr, start);
      }
      if (nextLf !== -1 && nextLf < start) nextLf = chunk.indexOf(lf, start);
    }
    if (start < length) this.#hold(chunk, start, length);
  }

  /** Hands over a last line that has no end; false when there was none. */
  protected flush(): boolean {
    if (this.#heldLength === 0) return false;
    const held = this.#held;
    const length = this.#heldLength;
    this.#release();
    this.line(held, 0, length);
    return true;
  }

  #finish(chunk: Uint8Array, start: number, end: number): void {
    if (this.#heldLength === 0) {
      if (end - start > this.#limit) this.#refuse();
      this.line(chunk, start, end);
      return;
    }
    if (end > start) this.#hold(chunk, start, end);
    this.flush();
  }

  #hold(chunk: Uint8Array, start: number, end: number): void {
    const length = this.#heldLength + end - start;
    if (length > this.#limit) this.#refuse();
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#held.length, 1024));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(
      start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end),
      this.#heldLength,
    );
    this.#heldLength = length;
  }

  #release(): void {
    this.#heldLength = 0;
    if (this.#held.length > keptCapacity) this.#held = nothing;
  }

  #refuse(): never {
    this.#heldLength = 0;
    this.#held = nothing;
    throw new PenstockError("upstream_malformed", {
      fields: { reason: `a line of its stream is longer than ${this.#limit} bytes` },
    });
  }
}
