import { PenstockError } from "../../errors/penstock-error.ts";
import type { RelayReader } from "../protocol.ts";
import { defaultLineLimit, LineSplitter } from "./line-splitter.ts";
import type { RelayMarks } from "./relay-marks.ts";
import { dataValue, hasBom, sliceText } from "./sse-line.ts";

const newline = 10;
const carriageReturn = 13;

/**
 * Watches a stream that is forwarded untouched and hands `reader` the payload of every complete event that contains
 * one of `marks`; nothing else is decoded. A chunk of whole events without a mark costs one byte search a mark.
 * Throws `upstream_malformed` as `LineSplitter` does.
 */
export class SseRelayScanner extends LineSplitter {
  readonly #reader: RelayReader;
  readonly #marks: RelayMarks;
  #first = true;
  #chunk: Uint8Array | undefined;
  /** The unfinished event's data: its bytes, valid in this push only unless `#owned`. */
  #bytes: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  #owned = false;
  /** Further `data:` lines of the unfinished event, copied. */
  #more: Uint8Array[] = [];
  #moreLength = 0;

  constructor(reader: RelayReader, marks: RelayMarks) {
    super(defaultLineLimit);
    this.#reader = reader;
    this.#marks = marks;
  }

  push(chunk: Uint8Array): void {
    const between = this.#bytes === undefined && !this.inLine && !this.#first;
    if (between && endsEvent(chunk) && !this.#marks.standIn(chunk)) return;
    this.#chunk = chunk;
    this.split(chunk);
    if (this.#bytes !== undefined && !this.#owned) this.#own();
    this.#chunk = undefined;
  }

  /** Reads a last event that lacks its blank line; a payload that was cut is the reader's to refuse. */
  end(): void {
    this.flush();
    this.#dispatch();
  }

  protected override line(bytes: Uint8Array, start: number, end: number): void {
    let from = start;
    if (this.#first) {
      this.#first = false;
      if (hasBom(bytes, start)) from += 3;
    }
    if (from === end) {
      this.#dispatch();
      return;
    }
    const data = dataValue(bytes, from, end);
    if (data === -1) return;
    if (this.#bytes === undefined) {
      this.#bytes = bytes;
      this.#start = data;
      this.#end = end;
      this.#owned = false;
      // Not the chunk: the splitter's own buffer, which it fills again after this call.
      if (bytes !== this.#chunk) this.#own();
    } else {
      this.#keepMore(bytes.slice(data, end));
    }
  }

  #dispatch(): void {
    const bytes = this.#bytes;
    if (bytes === undefined) return;
    this.#bytes = undefined;
    const first = bytes.subarray(this.#start, this.#end);
    const data = this.#more.length === 0 ? first : this.#joinMore(first);
    if (this.#marks.standIn(data)) this.#reader.read(sliceText(data, 0, data.length));
  }

  /** Copies the data out of the chunk, which its owner may reuse. */
  #own(): void {
    const bytes = this.#bytes?.slice(this.#start, this.#end);
    this.#bytes = bytes;
    this.#start = 0;
    this.#end = bytes?.length ?? 0;
    this.#owned = true;
  }

  #keepMore(line: Uint8Array): void {
    this.#more.push(line);
    this.#moreLength += line.length + 1;
    if (this.#moreLength <= defaultLineLimit) return;
    const reason = `an event of its stream is longer than ${defaultLineLimit} bytes`;
    throw new PenstockError("upstream_malformed", { fields: { reason } });
  }

  /** All lines of the event, once: joined one by one they would be copied again for each. */
  #joinMore(first: Uint8Array): Uint8Array {
    const lines = this.#more.flatMap((line) => [lineEnd, line]);
    this.#more = [];
    this.#moreLength = 0;
    return Buffer.concat([first, ...lines]);
  }
}

const lineEnd = Uint8Array.of(newline);

/** The chunk ends in a blank line, written with LF or CRLF; other spellings take the slower way. */
function endsEvent(chunk: Uint8Array): boolean {
  const last = chunk.length - 1;
  if (last < 1 || chunk[last] !== newline) return false;
  const before = chunk[last - 1];
  return before === newline || (before === carriageReturn && chunk[last - 2] === newline);
}
