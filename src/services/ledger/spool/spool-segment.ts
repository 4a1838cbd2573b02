import { closeSync, fdatasync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { toMark } from "./spool-line.ts";

/** What a segment is written by; tests put a full disk in its place. */
export interface SpoolFiles {
  readonly write: (fd: number, bytes: Uint8Array) => number;
}

export const realFiles: SpoolFiles = { write: (fd, bytes) => writeSync(fd, bytes) };

/** Every record passes here: a buffer of one's own costs less than to have the text turned into bytes twice. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

function bytesOf(line: string): Uint8Array {
  // A character takes three bytes at most.
  return line.length * 3 > scratch.length ? Buffer.from(line) : scratch.subarray(0, scratch.write(line));
}

/** One file of a spool, append-only. */
export class SpoolSegment {
  readonly path: string;
  readonly #files: SpoolFiles;
  readonly #fd: number;
  /** Bytes of whole lines. */
  size = 0;
  /** Records in it that are not in the database yet. */
  open = 0;

  /** Throws what the file system throws. */
  constructor(path: string, files: SpoolFiles) {
    this.path = path;
    this.#files = files;
    // Read, too: what memory does not hold is read back from it.
    this.#fd = openSync(path, "ax+", 0o600);
  }

  /** Throws what the file system throws, and leaves no half line behind. */
  append(line: string): void {
    const bytes = bytesOf(line);
    let written = 0;
    try {
      written = this.#files.write(this.#fd, bytes);
    } catch (error) {
      this.#cutBack();
      throw error;
    }
    if (written < bytes.length) {
      this.#cutBack();
      throw Object.assign(new Error("the disk took a part of the line only"), { code: "ENOSPC" });
    }
    this.size += bytes.length;
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
