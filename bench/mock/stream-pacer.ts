import type { Pace } from "../plan/shape.ts";
import type { Reply } from "./reply.ts";

/** Where a stream is written to. */
export interface StreamTarget {
  write(bytes: Buffer): void;
}

// The gap between two chunks of one stream, in ticks of about one millisecond.
const gapTicks = { spaced: 4, slow: 250 } as const;

interface OpenStream {
  readonly target: StreamTarget;
  readonly reply: Reply;
  readonly gap: number;
  readonly phase: number;
  next: number;
}

/**
 * Writes streams chunk by chunk. Every chunk is its own `write`, so its own TCP segment; spaced streams are advanced in
 * different milliseconds, so that a proxy meets a few of them at a time and not all in one batch.
 */
export class StreamPacer {
  readonly #open = new Map<StreamTarget, OpenStream>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #tick = 0;
  #opened = 0;

  start(target: StreamTarget, reply: Reply, pace: Pace): void {
    target.write(reply.opening);
    if (pace === "burst") {
      for (const piece of reply.pieces) target.write(piece);
      target.write(reply.closing);
      return;
    }
    this.#opened += 1;
    this.#open.set(target, { target, reply, gap: gapTicks[pace], phase: this.#opened, next: 0 });
    this.#timer ??= setInterval(() => this.#advance(), 1);
  }

  /** The client is gone: nothing more is written. */
  stop(target: StreamTarget): void {
    this.#open.delete(target);
  }

  #advance(): void {
    this.#tick += 1;
    for (const stream of this.#open.values()) {
      if ((this.#tick + stream.phase) % stream.gap === 0) this.#writeNext(stream);
    }
    if (this.#open.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #writeNext(stream: OpenStream): void {
    const piece = stream.reply.pieces[stream.next];
    if (piece !== undefined) {
      stream.target.write(piece);
      stream.next += 1;
      return;
    }
    this.#open.delete(stream.target);
    stream.target.write(stream.reply.closing);
  }
}
