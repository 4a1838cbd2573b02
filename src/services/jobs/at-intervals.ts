import type { ServiceContext } from "../service-context.ts";

/** Work that is done again and again, and by tests at once. */
export interface IntervalJob {
  /** Does it now; returns how many rows went. */
  pass(): Promise<number>;
  /** Ends the loop after the slice under way. */
  close(): Promise<void>;
}

/** Milliseconds. */
export interface IntervalOptions {
  /** From the start to the first pass: a server that has just started has better things to do. */
  readonly firstMs: number;
  /** From the end of a pass to the next. */
  readonly everyMs: number;
  /** Logged when a pass fails. */
  readonly event: string;
  /** Asks `closed` between slices, and stops then. */
  readonly pass: (closed: () => boolean) => Promise<number>;
}

/** Does the work a while after the start, then at intervals. Several replicas may do so at once. */
export function atIntervals(
  ctx: Pick<ServiceContext, "log">,
  { firstMs, everyMs, event, pass }: IntervalOptions,
): IntervalJob {
  let closed = false;
  let passing: Promise<unknown> = Promise.resolve();
  let timer = setTimeout(tick, firstMs);
  timer.unref();

  const passNow = () => pass(() => closed);

  function tick(): void {
    passing = passNow()
      .catch((cause: unknown) => ctx.log({ level: "warn", event, fields: {}, cause }))
      .finally(() => {
        if (closed) return;
        timer = setTimeout(tick, everyMs);
        timer.unref();
      });
  }

  return {
    pass: passNow,
    async close() {
      closed = true;
      clearTimeout(timer);
      await passing;
    },
  };
}
