import { type PenstockError, toPenstockError } from "../../errors/penstock-error.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { DueKind } from "../../storage/repositories/claim-due.ts";
import { discoverModels } from "../providers/discover.ts";
import { runProbe } from "../providers/run-probe.ts";
import { timingOf } from "../providers/timing.ts";
import type { ServiceContext } from "../service-context.ts";
import { inALoop, type Passes } from "./in-a-loop.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Asks the vendors by itself: whether they are there, and for their models. */
export interface ProviderJobs extends Passes {
  /** How many of each kind are under way. */
  running(): Readonly<Record<DueKind, number>>;
}

interface Job {
  readonly kind: DueKind;
  readonly pool: WorkerPool;
  /** Milliseconds after which another replica may take what this one has taken; longer than the work can last. */
  readonly leaseMs: number;
  readonly work: (provider: ProviderRecord) => Promise<unknown>;
}

const longestPauseMs = 1_000;
const longestRetryMs = 10_000;
/** Recorded on the provider, nobody's fault, or about something that is gone. */
const expected: ReadonlySet<string> = new Set(["shutting_down", "not_found", "provider_misconfigured"]);

/** Jobs that run when `pass` is called. */
export function createProviderJobs(ctx: ServiceContext): ProviderJobs {
  const { probeMs, discoveryMs } = timingOf(ctx);
  const stop = new AbortController();
  const ref = ({ orgId, id }: ProviderRecord) => ({ orgId, providerId: id, stop: stop.signal });
  const probe: Job = {
    kind: "probe",
    pool: new WorkerPool(8),
    leaseMs: 30_000,
    work: (provider) => runProbe(ctx, { ...ref(provider), doubting: true }),
  };
  const discovery: Job = {
    kind: "discovery",
    pool: new WorkerPool(2),
    leaseMs: 60_000,
    work: (provider) => discoverModels(ctx, ref(provider)),
  };
  const jobs = [...(probeMs > 0 ? [probe] : []), ...(discoveryMs > 0 ? [discovery] : [])];

  async function begin({ kind, pool, leaseMs, work }: Job): Promise<void> {
    const limit = pool.free;
    const now = ctx.now();
    if (limit === 0 || !(await ctx.storage.reads.providers.anyDue(kind, now))) return;
    const until = now + leaseMs;
    const claimed = await ctx.storage.change((writes) => writes.providers.claim({ kind, now, until, limit }));
    for (const provider of claimed) {
      if (!stop.signal.aborted) pool.run(() => attempt(provider, { kind, work }));
    }
  }

  async function attempt(provider: ProviderRecord, job: Pick<Job, "kind" | "work">): Promise<void> {
    try {
      await job.work(provider);
    } catch (cause) {
      const error = toPenstockError(cause);
      if (!expected.has(error.code)) logFailure(ctx, { provider, kind: job.kind, error });
    }
  }

  return {
    async pass() {
      for (const job of jobs) if (!stop.signal.aborted) await begin(job);
    },
    running: () => ({ probe: probe.pool.running, discovery: discovery.pool.running }),
    async idle() {
      await Promise.all([probe.pool.idle(), discovery.pool.idle()]);
    },
    async close() {
      stop.abort();
      await this.idle();
    },
  };
}

/** The same jobs in a loop, until they are closed. */
export function startProviderJobs(ctx: ServiceContext): ProviderJobs {
  const jobs = createProviderJobs(ctx);
  const { probeMs, discoveryMs } = timingOf(ctx);
  if (probeMs === 0 && discoveryMs === 0) return jobs;
  const pauseMs = Math.min(longestPauseMs, Math.max(20, (probeMs || longestPauseMs * 4) / 4));
  return inALoop(ctx, jobs, { pauseMs, longestRetryMs, event: "jobs_paused" });
}

function logFailure(
  ctx: ServiceContext,
  failure: {
    readonly provider: ProviderRecord;
    readonly kind: DueKind;
    readonly error: PenstockError;
  },
): void {
  const { provider, kind, error } = failure;
  ctx.log({
    level: "warn",
    event: `${kind}_failed`,
    fields: { provider: provider.name, code: error.code },
    cause: error,
  });
}
