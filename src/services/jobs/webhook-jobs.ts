import type { DeliveryOfEvent } from "../../storage/repositories/delivery-repository.ts";
import type { ServiceContext } from "../service-context.ts";
import { attemptDelivery } from "../webhooks/attempt-delivery.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Tells webhooks what happened. */
export interface WebhookJobs {
  /** Takes what is due and begins it; the loop's step, and what tests call. */
  pass(): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Ends the loop and what is under way. */
  close(): Promise<void>;
}

/** Milliseconds after which another replica may take what this one has taken; longer than an attempt can last. */
const leaseMs = 30_000;
const pauseMs = 1_000;
const longestPauseMs = 30_000;

/** Jobs that run when `pass` is called. */
export function createWebhookJobs(ctx: ServiceContext): WebhookJobs {
  const stop = new AbortController();
  const pool = new WorkerPool(8);

  async function attempt(delivery: DeliveryOfEvent): Promise<void> {
    try {
      await attemptDelivery(ctx, delivery, { once: false, stop: stop.signal });
    } catch (cause) {
      const fields = { delivery: delivery.id };
      ctx.log({ level: "warn", event: "webhook_delivery_not_recorded", fields, cause });
    }
  }

  return {
    async pass() {
      const limit = pool.free;
      const now = ctx.now();
      if (stop.signal.aborted || limit === 0 || !(await ctx.storage.reads.deliveries.anyDue(now))) return;
      const until = now + leaseMs;
      const claimed = await ctx.storage.change((writes) => writes.deliveries.claim({ now, until, limit }));
      for (const delivery of claimed) if (!stop.signal.aborted) pool.run(() => attempt(delivery));
    },
    idle: () => pool.idle(),
    async close() {
      stop.abort();
      await pool.idle();
    },
  };
}

/** The same jobs in a loop, until they are closed. */
export function startWebhookJobs(ctx: ServiceContext): WebhookJobs {
  const jobs = createWebhookJobs(ctx);
  let failures = 0;
  let closed = false;
  let passing = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function wait(): void {
    if (closed) return;
    const ms = Math.min(longestPauseMs, pauseMs * 2 ** Math.min(failures, 10));
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
      if (failures++ === 0) ctx.log({ level: "warn", event: "webhooks_paused", fields: {}, cause });
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
