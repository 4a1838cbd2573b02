import { Database } from "bun:sqlite";

/** What the thread is told. */
export type CheckpointOrder =
  | { readonly kind: "checkpoint"; readonly path: string }
  | { readonly kind: "close" };

/** Frames that are in the write-ahead log, and how many of them are in the database file too. */
export interface WalFrames {
  readonly log: number;
  readonly checkpointed: number;
}

/** What the thread answers to `checkpoint`. */
export type CheckpointAnswer = WalFrames | { readonly failure: string };

/**
 * Frames that were written during one pass are left for the next, which has few to copy. When all are copied, the next write
 * begins the log anew; a writer that never pauses keeps that from happening, however many passes there are.
 */
const passes = 4;

declare const self: Worker;

let database: Database | undefined;

self.onmessage = ({ data }: MessageEvent<CheckpointOrder>) => {
  if (data.kind === "close") {
    database?.close(true);
    process.exit(0);
  }
  self.postMessage(answer(data.path));
};

function answer(path: string): CheckpointAnswer {
  try {
    database ??= open(path);
    return checkpoint(database);
  } catch (error) {
    return { failure: String(error) };
  }
}

function open(path: string): Database {
  const opened = new Database(path, { readwrite: true });
  // Never off: the log may only begin anew when the database file is on the disk.
  opened.run("pragma synchronous = normal");
  return opened;
}

/** PASSIVE holds no lock that a writer waits for. */
function checkpoint(opened: Database): WalFrames {
  // Finalized each time: a statement that is left keeps a connection open after its `close`.
  using statement = opened.prepare<WalFrames, []>("pragma wal_checkpoint(passive)");
  let frames: WalFrames = { log: 0, checkpointed: 0 };
  for (let pass = 0; pass < passes; pass++) {
    frames = statement.get() ?? frames;
    if (frames.checkpointed >= frames.log) break;
  }
  return frames;
}
