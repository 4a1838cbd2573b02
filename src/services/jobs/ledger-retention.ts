import type { ServiceContext } from "../service-context.ts";
import { atIntervals, type IntervalJob } from "./at-intervals.ts";

const dayMs = 86_400_000;
/** About five milliseconds on the embedded engine, in the thread that serves calls. */
const slice = 200;
/** The share of time that a long removal leaves to others is most of it. */
const pauseMs = 50;

/** Every hour makes room in the ledger for the days to come, and removes records older than `days` (undefined: none). */
export function startLedgerRetention(ctx: ServiceContext, days: number | undefined): IntervalJob {
  return atIntervals(ctx, {
    ...{ firstMs: 60_000, everyMs: 3_600_000, event: "ledger_retention_failed" },
    async pass(closed) {
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
          return closed() ? "stop" : "go on";
        },
      });
      if (removed > 0) ctx.log({ level: "info", event: "ledger_pruned", fields: { records: removed } });
      return removed;
    },
  });
}
