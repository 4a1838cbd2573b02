import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PenstockError } from "../../../errors/penstock-error.ts";
import type { UsageRecord } from "../../../plane/usage-record.ts";
import { type FileLock, takeFileLock } from "../../../storage/sqlite/file-lock.ts";
import { readLines, toText } from "./spool-line.ts";
import { realFiles, type SpoolFiles, SpoolSegment } from "./spool-segment.ts";

/** Where in the spool consecutive records stand. */
export interface SpoolRange {
  readonly segment: SpoolSegment;
  readonly start: number;
  /** Grows while records are added behind. */
  end: number;
}

export interface SpoolOptions {
  /** The folder that all processes of one installation share. */
  readonly root: string;
  /** Bytes that this process may keep there. */
  readonly maxBytes: number;
  readonly files?: SpoolFiles;
}

/** `full`: nothing can be written now (the disk, or the bound, has no room); it is tried again every second. */
export type SpoolState = "ok" | "full";

/** Small enough that what is over gives its room back soon. */
const segmentBytes = 4 * 1024 * 1024;
/** An emptied file that is smaller is written on: cutting it off each time would cost more than it gives back. */
const worthEmptying = 256 * 1024;
const retryMs = 1_000;

/** The name of the file in a process's folder that says whether the process lives. */
export const lockName = "lock";

/**
 * What this process has metered and the database has not confirmed, in a folder of its own: written through to the kernel
 * before the client gets its last byte, so that a killed process loses nothing; another one that finds the folder's lock free
 * writes it to the database (`recoverSpools`). A write is not synced: after a power cut the last seconds may be gone.
 */
export class Spool {
  readonly #folder: string;
  readonly #lock: FileLock;
  readonly #maxBytes: number;
  readonly #files: SpoolFiles;
  readonly #segments = new Set<SpoolSegment>();
  #active: SpoolSegment | undefined;
  #made = 0;
  #bytes = 0;
  #state: SpoolState = "ok";
  #retryAt = 0;
  /** The numbers of closed files are given to others: nothing may be written by them any more. */
  #closed = false;

  private constructor(folder: string, lock: FileLock, options: SpoolOptions) {
    this.#folder = folder;
    this.#lock = lock;
    this.#maxBytes = options.maxBytes;
    this.#files = options.files ?? realFiles;
  }

  /** Makes this process's folder. Throws when that is not possible. */
  static open(options: SpoolOptions): Spool {
    const folder = join(options.root, Bun.randomUUIDv7());
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = takeFileLock(join(folder, lockName), { create: true });
    if (lock === undefined)
      throw new PenstockError("internal", { fields: { reason: `${folder} cannot be locked` } });
    return new Spool(folder, lock, options);
  }

  get folder(): string {
    return this.#folder;
  }

  get state(): SpoolState {
    return this.#state;
  }

  /** On disk now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes a record down, as the last line of the segment; undefined when there is no room. */
  append(record: UsageRecord): SpoolSegment | undefined {
    if (this.#closed || (this.#state === "full" && performance.now() < this.#retryAt)) return undefined;
    const text = toText(record);
    try {
      // What is in the database already need not take the room that is missing.
      if (this.#state === "full") this.#empty();
      const segment = this.#segmentFor(text.length);
      segment.append(text);
      segment.open++;
      this.#bytes += segment.size - segment.lastStart;
      this.#state = "ok";
      return segment;
    } catch {
      this.#state = "full";
      this.#retryAt = performance.now() + retryMs;
      return undefined;
    }
  }

  /** The records of a range; fewer than were written only if somebody changed the file. */
  read({ segment, start, end }: SpoolRange): readonly UsageRecord[] {
    try {
      if (this.#closed) return [];
      return readLines(segment.read(start, end)).records;
    } catch {
      return [];
    }
  }

  /** The `count` records of the range, and all before them, are in the database. */
  settle({ segment, end }: SpoolRange, count: number): void {
    if (this.#closed) return;
    segment.open -= count;
    const before = segment.size;
    if (segment.open > 0) segment.mark(end);
    else if (segment !== this.#active) this.#drop(segment);
    else if (segment.size >= worthEmptying || this.#state === "full") segment.empty();
    else segment.mark(segment.size);
    if (this.#segments.has(segment)) this.#bytes += segment.size - before;
  }

  async sync(): Promise<void> {
    if (!this.#closed) await this.#active?.sync();
  }

  /** Ends the process's part: an empty folder goes, what is left waits for whoever takes the lock. */
  close(): void {
    this.#closed = true;
    const left = [...this.#segments].some(({ open }) => open > 0);
    for (const segment of this.#segments) {
      if (left) segment.close();
      else segment.remove();
    }
    this.#segments.clear();
    this.#lock.release();
    if (!left) rmSync(this.#folder, { recursive: true, force: true });
  }

  #segmentFor(bytes: number): SpoolSegment {
    if (this.#bytes + bytes > this.#maxBytes) throw new RangeError("the spool may not grow further");
    if (this.#active !== undefined && this.#active.size + bytes <= segmentBytes) return this.#active;
    const sealed = this.#active;
    const name = `${String(++this.#made).padStart(8, "0")}.log`;
    this.#active = new SpoolSegment(join(this.#folder, name), this.#files);
    this.#segments.add(this.#active);
    if (sealed?.open === 0) this.#drop(sealed);
    return this.#active;
  }

  #empty(): void {
    const segment = this.#active;
    if (segment === undefined || segment.open > 0) return;
    this.#bytes -= segment.size;
    segment.empty();
  }

  #drop(segment: SpoolSegment): void {
    if (!this.#segments.delete(segment)) return;
    this.#bytes -= segment.size;
    segment.remove();
  }
}
