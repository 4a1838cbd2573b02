import { pruneExpired } from "../../storage/repositories/prune-expired.ts";
import type { ServiceContext } from "../service-context.ts";

/** Removes what is over: sessions, links, throttles, sign-ins under way, kept answers and contents, invitations of long ago. */
export interface Housekeeping {
  /** Removes all that is over now; returns how many rows went. The loop's step, and what tests call. */
  pass(): Promise<number>;
  /** Ends the loop after the slice under way. */
  close(): Promise<void>;
}

const everyMs = 86_400_000;
/** A server that has just started has better things to do. */
const firstMs = 120_000;
/** A few milliseconds on the embedded engine, in the thread that serves calls. */
const slice = 200;
const pauseMs = 50;

/** Tidies up a while after the start, then daily. Several replicas may do so at once. */
export function startHousekeeping(ctx: ServiceContext): Housekeeping {
  let closed = false;
  let passing: Promise<unknown> = Promise.resolve();
  let timer = setTimeout(tick, firstMs);
  timer.unref();

  function tick(): void {
    passing = pass()
      .catch((cause: unknown) => ctx.log({ level: "warn", event: "housekeeping_failed", fields: {}, cause }))
      .finally(() => {
        if (closed) return;
        timer = setTimeout(tick, everyMs);
        timer.unref();
      });
  }

  async function pass(): Promise<number> {
    const now = ctx.now();
    let all = 0;
    while (!closed) {
      const { removed, most } = await pruneExpired(ctx.storage.reads.auth, { now, slice });
      all += removed;
      if (most < slice) break;
      await Bun.sleep(pauseMs);
    }
    return all;
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
