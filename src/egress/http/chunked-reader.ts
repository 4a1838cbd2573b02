import { malformedAnswer } from "./malformed-answer.ts";

const cr = 0x0d;
const lf = 0x0a;
const semicolon = 0x3b;
const space = 0x20;
const tab = 0x09;

/** Hexadecimal digits of a chunk's size: more than any chunk needs, and exact in a number. */
const sizeDigits = 12;
/** Bytes of extensions of one chunk, and of all trailers. */
const lineLimit = 16 * 1024;

type State =
  | "size"
  | "extension"
  | "size-end"
  | "data"
  | "data-cr"
  | "data-lf"
  | "line-start"
  | "trailer"
  | "trailer-end"
  | "last-lf"
  | "finished";

/** Takes the framing off a chunked body (RFC 9112 §7.1), strictly. Extensions and trailers are read over. */
export class ChunkedReader {
  #start = 0;
  #end = 0;
  #state: State = "size";
  #digits = 0;
  #remaining = 0;
  #skipped = 0;

  get finished(): boolean {
    return this.#state === "finished";
  }

  /** Makes ready for another body. */
  reset(): void {
    this.#state = "size";
    this.#digits = 0;
    this.#remaining = 0;
    this.#skipped = 0;
  }

  /**
   * Reads from `at` to the end of the bytes or of the body; returns where it stopped. What it finds is moved together in these very
   * bytes, for `take`: a burst of small chunks is one piece, without an object and a copy of each.
   *
   * @throws PenstockError `upstream_malformed`.
   */
  push(bytes: Buffer, at: number): number {
    let here = at;
    this.#start = at;
    this.#end = at;
    while (here < bytes.length && this.#state !== "finished") {
      if (this.#state === "data") here = this.#data(bytes, here);
      else this.#byte(bytes[here++] ?? 0);
    }
    return here;
  }

  /** What the last `push` found in `bytes`; undefined: nothing. */
  take(bytes: Buffer): Buffer | undefined {
    if (this.#start === this.#end) return undefined;
    const isAll = this.#start === 0 && this.#end === bytes.length;
    return isAll ? bytes : bytes.subarray(this.#start, this.#end);
  }

  #data(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#remaining);
    this.#remaining -= end - at;
    if (this.#start === this.#end) this.#start = at;
    else bytes.copyWithin(this.#end, at, end);
    this.#end = this.#start === at ? end : this.#end + end - at;
    if (this.#remaining === 0) this.#state = "data-cr";
    return end;
  }

  #byte(byte: number): void {
    switch (this.#state) {
      case "size":
        this.#size(byte);
        break;
      case "extension":
        if (byte === cr) this.#state = "size-end";
        else this.#skip(byte);
        break;
      case "size-end":
        this.#expect(byte, lf);
        this.#state = this.#remaining === 0 ? "line-start" : "data";
        break;
      case "data-cr":
        this.#expect(byte, cr);
        this.#state = "data-lf";
        break;
      case "data-lf":
        this.#expect(byte, lf);
        this.#digits = 0;
        this.#skipped = 0;
        this.#state = "size";
        break;
      case "line-start":
        if (byte === cr) this.#state = "last-lf";
        else this.#skip(byte);
        break;
      case "trailer":
        if (byte === cr) this.#state = "trailer-end";
        else this.#skip(byte);
        break;
      case "trailer-end":
        this.#expect(byte, lf);
        this.#state = "line-start";
        break;
      default:
        this.#expect(byte, lf);
        this.#state = "finished";
    }
  }

  #size(byte: number): void {
    const digit = digitOf(byte);
    if (digit !== -1) {
      if (++this.#digits > sizeDigits) throw broken();
      this.#remaining = this.#remaining * 16 + digit;
      return;
    }
    if (this.#digits === 0) throw broken();
    if (byte === cr) this.#state = "size-end";
    else if (byte === semicolon || byte === space || byte === tab) this.#state = "extension";
    else throw broken();
  }

  #skip(byte: number): void {
    if (byte === lf || byte === 0 || ++this.#skipped > lineLimit) throw broken();
    if (this.#state === "line-start") this.#state = "trailer";
  }

  #expect(byte: number, wanted: number): void {
    if (byte !== wanted) throw broken();
  }
}

function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function broken() {
  return malformedAnswer("the chunks of its answer are malformed");
}
