import { PenstockError } from "../../errors/penstock-error.ts";
import type { Snapshot } from "../../plane/snapshot.ts";
import type { ServiceContext } from "../service-context.ts";

/** Keeps the newest snapshot of this process and hands it on. */
export interface SnapshotPublisher {
  /** Undefined until the first build. */
  current(): Snapshot | undefined;
  /** Called at once with the current snapshot, if there is one, and then with every newer one. Returns the way out. */
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
  /** Builds now; when it resolves, `current()` is at least as new as the database was at the call. Throws what the build threw. */
  refresh(): Promise<void>;
  /** For `/readyz`: `stale` says that the last build failed and the one before is served. */
  status(): PublisherStatus;
  close(): void;
}

export interface PublisherStatus {
  readonly version: number | undefined;
  readonly stale: boolean;
  /** Milliseconds since the epoch. */
  readonly builtAt: number | undefined;
  readonly failures: number;
}

/** Builds the first snapshot and follows the storage's changes from then on. */
export async function startSnapshotPublisher(ctx: ServiceContext): Promise<SnapshotPublisher> {
  throw new PenstockError("internal", { cause: ctx });
}
