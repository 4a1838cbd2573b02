import type { KeyUse } from "../../storage/repositories/key-repository.ts";
import type { Storage } from "../../storage/storage.ts";
import type { ServiceLogEntry } from "../service-context.ts";

/** Writes down when keys were last used, seldom enough to cost nothing. */
export interface KeyUseWriter {
  /** `at`: milliseconds since the epoch. Never waits, never throws. */
  note(keyId: string, at: number): void;
  /** Writes what is due; with `all`, also what was written less than a minute ago. A failure is logged and tried again. */
  flush(options?: { readonly all: boolean }): Promise<void>;
  /** Writes the rest and stops. */
  close(): Promise<void>;
}

export interface KeyUseOptions {
  readonly storage: Pick<Storage, "change">;
  readonly log: (entry: ServiceLogEntry) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How often it is looked for what is due; 10,000 by default. */
  readonly intervalMs?: number;
}

/** A key is written at most this often. */
const perKeyMs = 60_000;
/** Keys written in one change, so that a busy instance holds up nobody else's changes. */
const batchSize = 500;

/** Collects uses in memory: one row a key a minute at most, and no new version of the configuration. */
export function createKeyUseWriter(options: KeyUseOptions): KeyUseWriter {
  const { storage, log, now, intervalMs = 10_000 } = options;
  const pending = new Map<string, number>();
  const writtenAt = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function schedule(): void {
    if (timer !== undefined || closed) return;
    timer = setTimeout(() => {
      timer = undefined;
      void flush().finally(() => {
        if (pending.size > 0) schedule();
      });
    }, intervalMs);
    timer.unref();
  }

  function isDue(keyId: string, time: number): boolean {
    return time - (writtenAt.get(keyId) ?? Number.NEGATIVE_INFINITY) >= perKeyMs;
  }

  async function flush({ all } = { all: false }): Promise<void> {
    const time = now();
    for (const [keyId, at] of writtenAt) if (time - at >= perKeyMs) writtenAt.delete(keyId);
    const due = [...pending].filter(([keyId]) => all || isDue(keyId, time));
    for (let start = 0; start < due.length; start += batchSize) {
      const batch = due.slice(start, start + batchSize).map(([keyId, at]): KeyUse => ({ keyId, at }));
      try {
        await storage.change((writes) => writes.keys.recordUse(batch));
      } catch (cause) {
        log({ level: "warn", event: "key_use_not_written", fields: { keys: due.length - start }, cause });
        return;
      }
      for (const { keyId, at } of batch) {
        writtenAt.set(keyId, time);
        if (pending.get(keyId) === at) pending.delete(keyId);
      }
    }
  }

  return {
    note(keyId, at) {
      pending.set(keyId, Math.max(at, pending.get(keyId) ?? 0));
      schedule();
    },
    flush,
    async close() {
      closed = true;
      clearTimeout(timer);
      await flush({ all: true });
    },
  };
}
