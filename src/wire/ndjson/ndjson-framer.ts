import { defaultLineLimit, LineSplitter } from "../sse/line-splitter.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { sliceText } from "../sse/sse-line.ts";

/**
 * Incremental reader of `application/x-ndjson`: one frame a line that is not blank, however the bytes are cut into chunks.
 * Throws `upstream_malformed` above `limit` bytes a line.
 */
export class NdjsonFramer extends LineSplitter {
  #out: SseFrame[] = [];

  constructor(limit: number = defaultLineLimit) {
    super(limit);
  }

  /** Appends the frames that `chunk` completes. */
  push(chunk: Uint8Array, out: SseFrame[]): void {
    this.#out = out;
    this.split(chunk);
  }

  /** Appends a last line without its end, which may be cut (`partial`). */
  end(out: SseFrame[]): void {
    const lines: SseFrame[] = [];
    this.#out = lines;
    this.flush();
    out.push(...lines.map((line) => ({ ...line, partial: true })));
  }

  protected override line(bytes: Uint8Array, start: number, end: number): void {
    const data = sliceText(bytes, start, end);
    if (data.trim() !== "") this.#out.push({ event: undefined, data });
  }
}
