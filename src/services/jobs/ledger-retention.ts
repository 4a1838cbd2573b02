import type { ServiceContext } from "../service-context.ts";

/** Makes room in the ledger for the days to come, and removes what it keeps no longer. */
export interface LedgerRetention {
  /** Does so now; returns how many records went. The loop's step, and what tests call. */
  pass(): Promise<number>;
  /** Ends the loop after the slice under way. */
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const everyMs = 3_600_000;
/** A server that has just started has better things to do. */
const firstMs = 60_000;
/** About five milliseconds on the embedded engine, in the thread that serves calls. */
const slice = 200;
/** The share of time that a long removal leaves to others is most of it. */
const pauseMs = 50;

/** Removes records older than `days` (undefined: none), every hour. Several replicas may do so at once. */
export function startLedgerRetention(ctx: ServiceContext, days: number | undefined): LedgerRetention {
  let closed = false;
  let passing: Promise<unknown> = Promise.resolve();
  let timer = setTimeout(tick, firstMs);
  timer.unref();

  function tick(): void {
    passing = pass()
      .catch((cause: unknown) =>
        ctx.log({ level: "warn", event: "ledger_retention_failed", fields: {}, cause }),
      )
      .then(() => {
        if (closed) return;
        timer = setTimeout(tick, everyMs);
        timer.unref();
      });
  }

  async function pass(): Promise<number> {
    // Days that cannot be made now keep nothing from being removed: their rows have a place meanwhile.
    await ctx.storage.ledger.prepare().catch((cause: unknown) => {
      ctx.log({ level: "warn", event: "ledger_days_failed", fields: {}, cause });
    });
    if (days === undefined) return 0;
    const removed = await ctx.storage.ledger.prune({
      before: ctx.now() - days * dayMs,
      slice,
      async pause() {
        await Bun.sleep(pauseMs);
        return closed ? "stop" : "go on";
      },
    });
    if (removed > 0) ctx.log({ level: "info", event: "ledger_pruned", fields: { records: removed } });
    return removed;
  }

  return {
    pass,
    async close() {
      closed = true;
      clearTimeout(timer);
      await passing;
    },
  };
}
