import { pruneExpired } from "../../storage/repositories/prune-expired.ts";
import type { ServiceContext } from "../service-context.ts";
import { atIntervals, type IntervalJob } from "./at-intervals.ts";

/** A few milliseconds on the embedded engine, in the thread that serves calls. */
const slice = 200;
const pauseMs = 50;

/** Removes daily what is over: sessions, links, throttles, sign-ins under way, kept answers and contents, invitations of long ago. */
export function startHousekeeping(ctx: ServiceContext): IntervalJob {
  return atIntervals(ctx, {
    ...{ firstMs: 120_000, everyMs: 86_400_000, event: "housekeeping_failed" },
    async pass(closed) {
      const now = ctx.now();
      let all = 0;
      while (!closed()) {
        const { removed, most } = await pruneExpired(ctx.storage.reads.auth, { now, slice });
        all += removed;
        if (most < slice) break;
        await Bun.sleep(pauseMs);
      }
      return all;
    },
  });
}
