import type { Snapshot } from "../../plane/snapshot.ts";
import type { ServiceContext } from "../service-context.ts";
import { SnapshotBuilder } from "./builder.ts";
import { coalesce } from "./coalesce.ts";

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
  /** Failed builds since the last good one. */
  readonly failures: number;
}

const longestRetryMs = 10_000;

/** Builds the first snapshot and follows the storage's changes from then on. Throws when the first cannot be built. */
export async function startSnapshotPublisher(ctx: ServiceContext): Promise<SnapshotPublisher> {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  const builder = new SnapshotBuilder(ctx);
  let current: Snapshot | undefined;
  let builtAt: number | undefined;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  async function build(): Promise<void> {
    const snapshot = await builder.build().catch((error: unknown) => {
      failures++;
      throw error;
    });
    failures = 0;
    builtAt = ctx.now();
    // Nothing has changed since: whoever follows has it.
    if (snapshot === current) return;
    current = snapshot;
    for (const listener of listeners) hand(listener, snapshot);
  }

  /** A subscriber that cannot load a snapshot keeps its old one; the others still get the new one. */
  function hand(listener: (snapshot: Snapshot) => void, snapshot: Snapshot): void {
    try {
      listener(snapshot);
    } catch (cause) {
      ctx.log({ level: "error", event: "snapshot_refused", fields: { version: snapshot.version }, cause });
    }
  }

  const refresh = coalesce(build);

  async function follow(): Promise<void> {
    clearTimeout(retry);
    try {
      await refresh();
    } catch (cause) {
      if (closed) return;
      const fields = { failures, serving: current?.version };
      ctx.log({ level: "error", event: "snapshot_failed", fields, cause });
      retry = setTimeout(follow, Math.min(250 * 2 ** failures, longestRetryMs));
      retry.unref();
    }
  }

  const leave = ctx.storage.onChange(() => void follow());
  await refresh();
  return {
    current: () => current,
    subscribe(listener) {
      listeners.add(listener);
      if (current !== undefined) hand(listener, current);
      return () => void listeners.delete(listener);
    },
    refresh,
    status: () => ({ version: current?.version, stale: failures > 0, builtAt, failures }),
    close() {
      closed = true;
      leave();
      clearTimeout(retry);
    },
  };
}
