/** Bytes that one read gets at most, so that a late reader's answer leaves in pieces. */
const longestRead = 64 * 1024;
const smallestRoom = 4 * 1024;

/** Bytes kept once for any number of readers, each at its own place. What was handed out is never written again. */
export class ByteLog {
  #room: Uint8Array = new Uint8Array(0);
  /** Where `#room` begins in all that was ever appended. */
  #start = 0;
  #end = 0;

  /** Bytes of memory it takes. */
  get size(): number {
    return this.#room.length;
  }

  /** How many bytes were ever appended. */
  get end(): number {
    return this.#end;
  }

  /** Copies `chunk`: the engine uses its buffers again. */
  append(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    const held = this.#end - this.#start;
    if (held + bytes.length > this.#room.length)
      this.#move(this.#start, Math.max(smallestRoom, this.#room.length * 2, held + bytes.length));
    this.#room.set(bytes, held);
    this.#end += bytes.length;
  }

  /** What stands from `at` on, as far as it is there; undefined when nothing is. */
  read(at: number): Uint8Array | undefined {
    if (at >= this.#end) return undefined;
    const from = at - this.#start;
    return this.#room.subarray(from, Math.min(this.#end - this.#start, from + longestRead));
  }

  /** What stands before `at` is wanted no more; its memory is given back when that is worth a copy. */
  forget(at: number): void {
    if ((at - this.#start) * 2 < this.#room.length) return;
    const held = this.#end - at;
    this.#move(at, held === 0 ? 0 : Math.max(smallestRoom, held));
  }

  /** Nothing more will come: gives back the room for it. */
  seal(): void {
    const held = this.#end - this.#start;
    if (held < this.#room.length) this.#move(this.#start, held);
  }

  #move(start: number, length: number): void {
    const room = new Uint8Array(length);
    room.set(this.#room.subarray(start - this.#start, this.#end - this.#start));
    this.#room = room;
    this.#start = start;
  }
}
