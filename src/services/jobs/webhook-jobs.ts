import type { DeliveryOfEvent } from "../../storage/repositories/delivery-repository.ts";
import type { ServiceContext } from "../service-context.ts";
import { attemptDelivery } from "../webhooks/attempt-delivery.ts";
import { inALoop, type Passes } from "./in-a-loop.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Milliseconds after which another replica may take what this one has taken; longer than an attempt can last. */
const leaseMs = 30_000;
const pauseMs = 1_000;
const longestRetryMs = 30_000;

/** Tells webhooks what happened, whenever `pass` is called. */
export function createWebhookJobs(ctx: ServiceContext): Passes {
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
export function startWebhookJobs(ctx: ServiceContext): Passes {
  return inALoop(ctx, createWebhookJobs(ctx), { pauseMs, longestRetryMs, event: "webhooks_paused" });
}
