import type { Database, Statement } from "bun:sqlite";
import { join } from "node:path";
import type { CheckpointAnswer, CheckpointOrder, WalFrames } from "./checkpoint-worker.ts";

/** Frames in the log that make a checkpoint worth its two fsyncs: SQLite's own figure, 4 MB. */
const framesACheckpoint = 1_000;

/** From here on the connection that writes does it, too: the thread is slow, or a log that is never left alone keeps growing. */
const framesAtMost = 16_000;

export interface CheckpointerOptions {
  /** The connection that writes, of a SQLite that `hasWalResetFix`. */
  readonly database: Database;
  readonly path: string;
  /** Told once of what kept the thread from its work, until it has succeeded again. */
  readonly onFailure: (cause: unknown) => void;
  /** The program of the thread; tests have others. */
  readonly program?: string;
}

/**
 * Copies the write-ahead log into the database file on a thread of its own: within a commit that would hold up the event loop for
 * some 10 ms. The thread is started when there is something to copy; without it SQLite does so within commits, as it does by default.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #changes: Statement<{ readonly changes: number }, []>;
  readonly #frames: Statement<WalFrames, []>;
  #changesSeen = 0;
  #thread: Worker | undefined;
  #ended: Promise<void> = Promise.resolve();
  #state: "waiting" | "copying" | "over" = "waiting";
  #failing = false;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    const { database } = options;
    this.#changes = database.prepare("select total_changes() as changes");
    // Asks only. SQLite before 3.51 would take it for a passive checkpoint.
    this.#frames = database.prepare("pragma wal_checkpoint(noop)");
    database.run(`pragma wal_autocheckpoint = ${framesAtMost}`);
  }

  /** To be called when the connection was used, which costs some 3 µs: has the log copied if it has grown enough. */
  look(): void {
    if (this.#state !== "waiting") return;
    try {
      const changes = this.#changes.get()?.changes ?? 0;
      if (changes === this.#changesSeen) return;
      this.#changesSeen = changes;
      const frames = this.#frames.get();
      if (frames === null || frames.log - frames.checkpointed < framesACheckpoint) return;
    } catch {
      // A database that fails says so to whoever uses it; what was committed before this must not fail by it.
      return;
    }
    this.#copy();
  }

  /** Resolves when the thread has ended, its connection closed. */
  async close(): Promise<void> {
    this.#state = "over";
    this.#changes.finalize();
    this.#frames.finalize();
    if (this.#thread === undefined) return;
    // Until then the process has something to live for.
    this.#thread.ref();
    this.#tell(this.#thread, { kind: "close" });
    await this.#ended;
  }

  #copy(): void {
    this.#state = "copying";
    try {
      this.#thread ??= this.#start();
      this.#tell(this.#thread, { kind: "checkpoint", path: this.#options.path });
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #tell(thread: Worker, order: CheckpointOrder): void {
    thread.postMessage(order);
  }

  #start(): Worker {
    // Its name beside this file in a bundle; Bun finds the source by it as well.
    const program = this.#options.program ?? join(import.meta.dirname, "checkpoint-worker.js");
    const thread = new Worker(program, { name: "checkpoints", smol: true, ref: false });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    thread.addEventListener("message", ({ data }: MessageEvent<CheckpointAnswer>) => this.#answered(data));
    let cause: unknown = "the thread ended";
    thread.addEventListener("error", (event) => {
      cause = event.message;
    });
    thread.addEventListener("close", () => {
      this.#thread = undefined;
      this.#giveUp(cause);
      resolve();
    });
    return thread;
  }

  #answered(answer: CheckpointAnswer): void {
    if (this.#state === "copying") this.#state = "waiting";
    if ("failure" in answer) {
      // Tried again after the next write.
      if (!this.#failing) this.#options.onFailure(answer.failure);
      this.#failing = true;
    } else {
      this.#failing = false;
    }
  }

  /** The thread will not work a second time either: from here on as if there had never been one. */
  #giveUp(cause: unknown): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#options.database.run(`pragma wal_autocheckpoint = ${framesACheckpoint}`);
    this.#options.onFailure(cause);
  }
}
