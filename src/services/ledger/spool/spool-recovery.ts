import { type RecoveryOptions, recoverSpools } from "./recover-spools.ts";

/** Takes over what other processes left behind, now and as long as this one runs. */
export interface SpoolRecovery {
  /** Resolves when what was there at the start is in the database, or could not be brought there now. */
  readonly first: Promise<void>;
  stats(): { readonly replayed: number; readonly lost: number };
  /** Ends the loop after the folder under way. */
  close(): Promise<void>;
}

/** Replicas die while others live on. */
const everyMs = 30_000;

/** Begins at once, then looks again every half a minute; failing is said and tried again. */
export function startSpoolRecovery(options: RecoveryOptions): SpoolRecovery {
  const sum = { replayed: 0, lost: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const first = pass();
  let passing = first;

  async function pass(): Promise<void> {
    try {
      const { records, lost } = await recoverSpools(options);
      sum.replayed += records;
      sum.lost += lost;
    } catch (cause) {
      options.log({ level: "warn", event: "spool_replay_failed", fields: {}, cause });
    }
    if (closed) return;
    timer = setTimeout(() => {
      passing = pass();
    }, everyMs);
    timer.unref();
  }

  return {
    first,
    stats: () => sum,
    async close() {
      closed = true;
      clearTimeout(timer);
      await passing;
    },
  };
}
