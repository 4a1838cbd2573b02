import { outputTokens, pieceMark } from "../mock/reply-text.ts";
import type { BenchSurface } from "../plan/lane.ts";
import type { Shape } from "../plan/shape.ts";
import { surfaceMarks } from "./surface-marks.ts";

const markByte = pieceMark.charCodeAt(0);

/**
 * Judges whether an answer is whole, while it arrives: status, every text piece, the terminal marker, the usage. A proxy
 * that drops any of them is fast for the wrong reason.
 */
export class ReplyCheck {
  readonly #pieces: number;
  readonly #terminal: RegExp | undefined;
  readonly #usage: RegExp;
  readonly #tail: Buffer;
  #tailUsed = 0;
  #status = "";
  #marks = 0;

  constructor(surface: BenchSurface, shape: Pick<Shape, "chunks" | "stream">) {
    const marks = surfaceMarks[surface];
    this.#pieces = shape.chunks * (shape.stream ? marks.copies : 1);
    this.#usage = new RegExp(`"${marks.outputTokens}": ?${outputTokens(shape.chunks)}\\b`);
    this.#terminal = shape.stream ? marks.terminal : undefined;
    this.#tail = Buffer.alloc(marks.tailBytes);
  }

  begin(head: string): void {
    this.#status = head.slice(9, 12);
    this.#marks = 0;
    this.#tailUsed = 0;
  }

  body(piece: Buffer): void {
    for (let index = 0; index < piece.length; index += 1) if (piece[index] === markByte) this.#marks += 1;
    this.#keepTail(piece.length > this.#tail.length ? piece.subarray(-this.#tail.length) : piece);
  }

  /** Why the answer that just ended is wrong; undefined when it is right. */
  problem(): string | undefined {
    const tail = this.#tail.toString("utf8", 0, this.#tailUsed);
    if (this.#status !== "200") return `status ${this.#status}: ${tail.slice(0, 300)}`;
    if (this.#marks !== this.#pieces) return `${this.#marks} of ${this.#pieces} text pieces arrived`;
    if (!this.#usage.test(tail)) return `no usage near the end: …${tail.slice(-300)}`;
    if (this.#terminal !== undefined && !this.#terminal.test(tail)) {
      return `no terminal event: …${tail.slice(-300)}`;
    }
    return undefined;
  }

  #keepTail(piece: Buffer): void {
    const over = this.#tailUsed + piece.length - this.#tail.length;
    if (over > 0) {
      this.#tail.copyWithin(0, over, this.#tailUsed);
      this.#tailUsed -= over;
    }
    piece.copy(this.#tail, this.#tailUsed);
    this.#tailUsed += piece.length;
  }
}
