import { closeSync, fdatasync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { roomFor, toMark, writeLine } from "./spool-line.ts";

/** What a segment is written by; tests put a full disk in its place. */
export interface SpoolFiles {
  /** Writes the first `length` bytes and returns how many the disk took. */
  readonly write: (fd: number, bytes: Uint8Array, length: number) => number;
}

export const realFiles: SpoolFiles = { write: (fd, bytes, length) => writeSync(fd, bytes, 0, length) };

/** Every record passes here: one buffer for all costs less than one each. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** One file of a spool, append-only. */
export class SpoolSegment {
  readonly path: string;
  readonly #files: SpoolFiles;
  readonly #fd: number;
  /** Bytes of whole lines. */
  size = 0;
  /** Where the last of them begins. */
  lastStart = 0;
  /** Records in it that are not in the database yet. */
  open = 0;

  /** Throws what the file system throws. */
  constructor(path: string, files: SpoolFiles) {
    this.path = path;
    this.#files = files;
    // Read, too: what memory does not hold is read back from it.
    this.#fd = openSync(path, "ax+", 0o600);
  }

  /** Writes a line with this text. Throws what the file system throws, and leaves no half line behind. */
  append(text: string): void {
    const room = roomFor(text);
    const bytes = room > scratch.length ? Buffer.allocUnsafe(room) : scratch;
    const length = writeLine(text, bytes);
    let written = 0;
    try {
      written = this.#files.write(this.#fd, bytes, length);
    } catch (error) {
      this.#cutBack();
      throw error;
    }
    if (written < length) {
      this.#cutBack();
      throw Object.assign(new Error("the disk took a part of the line only"), { code: "ENOSPC" });
    }
    this.lastStart = this.size;
    this.size += length;
  }

  /** Says that all before `end` is in the database; a mark that cannot be written costs nothing but work after a crash. */
  mark(end: number): void {
    try {
      this.append(toMark(end));
    } catch {}
  }

  read(start: number, end: number): Uint8Array {
    const bytes = Buffer.alloc(end - start);
    let at = 0;
    while (at < bytes.length) {
      const count = readSync(this.#fd, bytes, at, bytes.length - at, start + at);
      if (count === 0) break;
      at += count;
    }
    return bytes.subarray(0, at);
  }

  /** Asks the disk to keep what the kernel has; failing is the disk's way to say it at the next write, too. */
  sync(): Promise<void> {
    return new Promise((resolve) => fdatasync(this.#fd, () => resolve()));
  }

  empty(): void {
    ftruncateSync(this.#fd, 0);
    this.size = 0;
  }

  remove(): void {
    closeSync(this.#fd);
    rmSync(this.path, { force: true });
  }

  close(): void {
    closeSync(this.#fd);
  }

  #cutBack(): void {
    try {
      ftruncateSync(this.#fd, this.size);
    } catch {}
  }
}
