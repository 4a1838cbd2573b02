import type { Framer } from "../protocol.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { preludeLength } from "./layout.ts";
import { MessageReader, readLength } from "./message-reader.ts";

/**
 * Incremental reader of `application/vnd.amazon.eventstream`: frames do not depend on how the bytes are cut into chunks.
 * Both checksums of every message are checked. Each byte is copied at most once, and only when its message was cut.
 */
export class EventStreamFramer implements Framer {
  readonly #reader = new MessageReader();
  /** The beginning of a message that is not complete. */
  #kept = new Uint8Array(0);
  #length = 0;
  /** Length of the kept message; 0 while its prelude is not complete. */
  #total = 0;

  push(chunk: Uint8Array, out: SseFrame[]): void {
    let at = 0;
    while (this.#length > 0 && at < chunk.length) at = this.#complete(chunk, at, out);
    while (at < chunk.length) {
      const total = chunk.length - at < preludeLength ? 0 : readLength(chunk, at);
      if (total === 0 || chunk.length - at < total) {
        this.#total = total;
        this.#keep(chunk, at, chunk.length);
        return;
      }
      out.push(this.#reader.read(chunk, at, at + total));
      at += total;
    }
  }

  /** A message that was cut is a frame of its own, so that nobody takes the stream for complete. */
  end(out: SseFrame[]): void {
    if (this.#length > 0) out.push({ event: undefined, data: "", partial: true });
    this.#length = 0;
  }

  /** Takes what the kept message still lacks from `chunk`; returns where the rest of the chunk begins. */
  #complete(chunk: Uint8Array, at: number, out: SseFrame[]): number {
    const wanted = (this.#total === 0 ? preludeLength : this.#total) - this.#length;
    const end = Math.min(chunk.length, at + wanted);
    this.#keep(chunk, at, end);
    if (end - at < wanted) return end;
    if (this.#total === 0) {
      this.#total = readLength(this.#kept, 0);
      if (this.#total > this.#length) return end;
    }
    out.push(this.#reader.read(this.#kept, 0, this.#total));
    this.#length = 0;
    this.#total = 0;
    return end;
  }

  #keep(chunk: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#kept.length) {
      // Doubling keeps the cost linear however small the chunks are.
      const larger = new Uint8Array(Math.max(length, 2 * this.#kept.length, 1024));
      larger.set(this.#kept.subarray(0, this.#length));
      this.#kept = larger;
    }
    this.#kept.set(chunk.subarray(start, end), this.#length);
    this.#length = length;
  }
}
