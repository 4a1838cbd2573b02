import type { ByteSource } from "../../engine/call.ts";

/** What a seat asks of its generation. */
export interface Seats {
  /** The next bytes for this seat; undefined after the last. */
  read(seat: Seat): Promise<Uint8Array | undefined>;
  leave(seat: Seat): void;
}

/** One client that waits for a generation: where it is in the answer, and whether it is still there. */
export class Seat implements ByteSource {
  /** Bytes it has taken. */
  at = 0;
  #left = false;
  #wake: (() => void) | undefined;
  #onLeave: (() => void) | undefined;
  readonly #generation: Seats;

  constructor(generation: Seats) {
    this.#generation = generation;
  }

  get left(): boolean {
    return this.#left;
  }

  /** It has taken all there is and waits for more. */
  get waiting(): boolean {
    return this.#wake !== undefined;
  }

  read(): Promise<Uint8Array | undefined> {
    return this.#generation.read(this);
  }

  /** Its client is gone. The generation is not: others may wait for it, or it goes on for nobody. */
  cancel(): void {
    if (this.#left) return;
    this.#left = true;
    this.#generation.leave(this);
    this.#onLeave?.();
    this.wake();
  }

  /** Called by the client's signal. */
  handleEvent(): void {
    this.cancel();
  }

  /** Resolves when there may be more to read. */
  more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** `tell` is called when the client leaves; at once when it has left. */
  onLeave(tell: () => void): void {
    if (this.#left) tell();
    else this.#onLeave = tell;
  }
}
