import { defaultLineLimit, LineSplitter } from "./line-splitter.ts";
import { dataValue } from "./sse-line.ts";

const endMark = Buffer.from("[DONE]");

/** Tells when a stream has said its first word: comments alone are no answer yet, and an end mark alone is none. */
export class DataWatch extends LineSplitter {
  seen = false;

  constructor() {
    super(defaultLineLimit);
  }

  push(chunk: Uint8Array): void {
    if (!this.seen) this.split(chunk);
  }

  protected override line(bytes: Uint8Array, start: number, end: number): void {
    const value = dataValue(bytes, start, end);
    if (value === -1 || this.seen) return;
    this.seen = !endMark.equals(bytes.subarray(value, end));
  }
}
