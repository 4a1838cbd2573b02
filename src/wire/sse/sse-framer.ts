import { PenstockError } from "../../errors/penstock-error.ts";
import { defaultLineLimit, LineSplitter } from "./line-splitter.ts";
import { dataValue, hasBom, isEventLine, sliceText, valueStart } from "./sse-line.ts";

/** One server-sent event: its name, if it had one, and its `data:` lines joined with `\n`. */
export interface SseFrame {
  readonly event: string | undefined;
  readonly data: string;
  /** The stream ended inside a line of this event, so that `data` may be cut. */
  readonly partial?: boolean;
}

/**
 * Incremental reader of `text/event-stream` (WHATWG HTML §9.2): frames do not depend on how the bytes are cut into
 * chunks. Comments, `id:`, `retry:` and unknown fields are skipped. Throws `upstream_malformed` above `limit` bytes a
 * line, or as many characters of data an event.
 */
export class SseFramer extends LineSplitter {
  /** The stream ended inside a line; said after `end`. */
  truncated = false;
  readonly #dataLimit: number;
  #out: SseFrame[] = [];
  #first = true;
  #event: string | undefined;
  #lastName = "";
  #data: string | undefined;

  constructor(limit: number = defaultLineLimit) {
    super(limit);
    this.#dataLimit = limit;
  }

  /** Appends the frames that `chunk` completes. */
  push(chunk: Uint8Array, out: SseFrame[]): void {
    this.#out = out;
    this.split(chunk);
  }

  /** Appends the last event when only its blank line is missing, or a part of one (`partial`). */
  end(out: SseFrame[]): void {
    this.truncated = this.flush();
    if (this.#data === undefined) return;
    const frame = { event: this.#event, data: this.#data };
    out.push(this.truncated ? { ...frame, partial: true } : frame);
    this.#event = undefined;
    this.#data = undefined;
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
    if (data !== -1) {
      this.#append(sliceText(bytes, data, end));
    } else if (isEventLine(bytes, from, end)) {
      this.#event = this.#nameIn(bytes, valueStart(bytes, from + 5, end), end) || undefined;
    }
  }

  /** Events of one name follow each other by hundreds: its text is made for the first of them. */
  #nameIn(bytes: Uint8Array, start: number, end: number): string {
    const last = this.#lastName;
    let at = end - start === last.length ? start : -1;
    while (at !== -1 && at < end) at = bytes[at] === last.charCodeAt(at - start) ? at + 1 : -1;
    if (at === end) return last;
    const name = sliceText(bytes, start, end);
    // As many characters as bytes: each is ASCII, or U+FFFD, which is no byte.
    this.#lastName = name.length === end - start ? name : "";
    return name;
  }

  #append(text: string): void {
    const data = this.#data === undefined ? text : `${this.#data}\n${text}`;
    if (data.length > this.#dataLimit) {
      throw new PenstockError("upstream_malformed", {
        fields: { reason: `an event of its stream is longer than ${this.#dataLimit} characters` },
      });
    }
    this.#data = data;
  }

  #dispatch(): void {
    if (this.#data !== undefined) this.#out.push({ event: this.#event, data: this.#data });
    this.#event = undefined;
    this.#data = undefined;
  }
}
