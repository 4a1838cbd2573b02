import type { ServiceContext } from "../service-context.ts";

/** Work that is looked for again and again. */
export interface Passes {
  /** Takes what is due and begins it; the loop's step, and what tests call. */
  pass(): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** Milliseconds. */
export interface LoopOptions {
  readonly pauseMs: number;
  /** After failures the pause doubles up to this. */
  readonly longestRetryMs: number;
  /** Logged when passes begin to fail. */
  readonly event: string;
}

/** The same jobs in a loop, until they are closed. */
export function inALoop<Jobs extends Passes>(
  ctx: Pick<ServiceContext, "log">,
  jobs: Jobs,
  { pauseMs, longestRetryMs, event }: LoopOptions,
): Jobs {
  let failures = 0;
  let closed = false;
  let passing = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function wait(): void {
    if (closed) return;
    const ms = failures === 0 ? pauseMs : Math.min(longestRetryMs, pauseMs * 2 ** Math.min(failures, 10));
    timer = setTimeout(() => {
      passing = pass().then(wait);
    }, ms);
    timer.unref();
  }

  async function pass(): Promise<void> {
    try {
      await jobs.pass();
      failures = 0;
    } catch (cause) {
      if (failures++ === 0) ctx.log({ level: "warn", event, fields: {}, cause });
    }
  }

  wait();
  return {
    ...jobs,
    async close() {
      closed = true;
      clearTimeout(timer);
      const ended = jobs.close();
      await passing;
      await ended;
      await jobs.idle();
    },
  };
}
