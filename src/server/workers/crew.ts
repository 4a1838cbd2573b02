import { mkdirSync, rmSync } from "node:fs";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import { type Front, type Handle, listen } from "../listen.ts";
import type { Settings } from "../settings.ts";
import { CrewMetrics } from "./crew-metrics.ts";
import type { PrimaryDuties } from "./primary-duties.ts";
import type { Seat } from "./seat.ts";
import { spawnWorker, type WorkerEnd, type WorkerProcess } from "./worker-process.ts";
import { listenAt, makeSocketFolder, primarySocket } from "./worker-socket.ts";

/** Where a crew works. */
interface Place {
  /** Keeps the port for this server until the workers have it. */
  readonly reserved: Front;
  readonly seat: Omit<Seat, "index">;
  readonly drainMs: number;
}

/** A worker that lived longer did not fail at its start: the next one comes at once. */
const soundMs = 10_000;
const firstPauseMs = 100;
const longestPauseMs = 10_000;
/** How long a change waits for a worker to serve it; it is told of it in any case. */
const refreshMs = 1_000;
const syncMs = 500;
const metricsMs = 1_000;
/** What a worker has, after the calls in flight had their time, to hand over what is left. */
const leaveMs = 10_000;
/** The workers of a primary that was killed leave the port as soon as they notice. */
const reserveMs = 2_000;

/** The workers of a primary: starts them, replaces those that end, and speaks to all of them. */
export class Crew {
  readonly #workers = new Map<number, WorkerProcess>();
  readonly #metrics = new CrewMetrics();
  readonly #keeping: Promise<void>[] = [];
  readonly #stopped = Promise.withResolvers<void>();
  #place: Place | undefined;
  #duties: PrimaryDuties | undefined;
  #stopping = false;

  /**
   * Takes the port for the workers to come, and opens the socket by which they pass on what `handle` answers. Throws `conflict`
   * when the port is taken, by another server of this user that shares its own port with its workers too.
   */
  async open(settings: Settings, handle: Handle): Promise<Front> {
    const reserved = await reservePort(settings);
    const { dataDir, workers: count, drainMs } = settings;
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const folder = makeSocketFolder(dataDir);
    const socket = listenAt(primarySocket(folder), handle);
    this.#place = { reserved, seat: { port: reserved.port, folder, count }, drainMs };
    return {
      port: reserved.port,
      pending: socket.pending,
      async stop(now) {
        await Promise.all([reserved.stop(true), socket.stop(now)]);
        if (now) rmSync(folder, { recursive: true, force: true });
      },
    };
  }

  /** Resolves when all take connections. Throws when one cannot be started. */
  async start(duties: PrimaryDuties): Promise<void> {
    this.#duties = duties;
    const { reserved, seat } = this.#where();
    await reserved.stop(true);
    const first = Array.from({ length: seat.count }, (_, i) => this.#spawn(i + 1));
    await Promise.all(
      first.map((worker, i) => Promise.race([worker.ready, worker.ended.then((end) => failed(i + 1, end))])),
    );
    for (const [i, worker] of first.entries()) this.#keeping.push(this.#keep(i + 1, worker));
  }

  /** Resolves when all workers serve the configuration as it is in the database now. */
  async refresh(): Promise<void> {
    await this.#askAll((worker) => worker.channel.ask("refresh", {}, refreshMs));
  }

  /** Tells all that there is a newer configuration. */
  announce(version: number): void {
    for (const worker of this.#workers.values()) worker.channel.tell("version", { version });
  }

  /** The same services, for which the ledger is up to date when it has what workers have said so far. */
  heard(ctx: ServiceContext): ServiceContext {
    const { flushLedger, flushContents } = ctx;
    const after = (flush: (() => Promise<void>) | undefined) => async () => {
      await this.#askAll((worker) => worker.channel.ask("sync", {}, syncMs));
      await flush?.();
    };
    return { ...ctx, flushLedger: after(flushLedger), flushContents: after(flushContents) };
  }

  /** The metrics of the primary and of all workers, those that have ended included, as those of one process. */
  async metrics(own: string): Promise<string> {
    await this.#askAll(async (worker) => {
      this.#metrics.told(worker.pid, await worker.channel.ask("metrics", {}, metricsMs));
    });
    return this.#metrics.merge(own, { count: this.#where().seat.count, listening: this.#listening().length });
  }

  /** One word or short sentence for `/readyz`. */
  status(): string {
    const { count } = this.#where().seat;
    const listening = this.#listening().length;
    return listening === count ? "ok" : `${listening} of ${count} serve: the others are being restarted`;
  }

  /** Lets all workers finish their calls and end; who does not is killed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopped.resolve();
    const patience = setTimeout(() => this.kill(), this.#where().drainMs + leaveMs);
    for (const worker of this.#workers.values()) worker.channel.tell("drain", {});
    await Promise.all([...this.#workers.values()].map((worker) => worker.ended));
    await Promise.all(this.#keeping);
    clearTimeout(patience);
  }

  /** Ends all workers now. */
  kill(): void {
    this.#stopping = true;
    this.#stopped.resolve();
    for (const worker of this.#workers.values()) worker.kill();
  }

  #where(): Place {
    if (this.#place === undefined) throw new PenstockError("internal", { cause: "the crew has no port yet" });
    return this.#place;
  }

  /** The seats whose workers take connections. */
  #listening(): number[] {
    return [...this.#workers].flatMap(([index, worker]) => (worker.listening() ? [index] : []));
  }

  #tellPresence(): void {
    const seats = this.#listening();
    for (const worker of this.#workers.values()) worker.channel.tell("present", { seats });
  }

  #spawn(index: number): WorkerProcess {
    if (this.#duties === undefined) throw new PenstockError("internal", { cause: "workers before duties" });
    const worker = spawnWorker(
      { index, ...this.#where().seat },
      {
        duties: this.#duties,
        onPresence: () => this.#tellPresence(),
      },
    );
    this.#workers.set(index, worker);
    return worker;
  }

  /** Replaces the worker of a seat whenever it ends. */
  async #keep(index: number, first: WorkerProcess): Promise<void> {
    let worker = first;
    let failures = 0;
    while (!this.#stopping) {
      const began = performance.now();
      const end = await worker.ended;
      this.#workers.delete(index);
      this.#metrics.ended(worker.pid);
      if (this.#stopping) return;
      failures = performance.now() - began > soundMs ? 0 : failures + 1;
      const pause = failures < 2 ? 0 : Math.min(firstPauseMs * 2 ** (failures - 2), longestPauseMs);
      const fields = { worker: index, pid: worker.pid, code: end.code ?? undefined };
      this.#duties?.log({
        level: end.code === 0 ? "info" : "error",
        event: "worker_ended",
        fields: { ...fields, signal: end.signal ?? undefined, restart_in_ms: pause },
      });
      if (pause > 0) await Promise.race([Bun.sleep(pause), this.#stopped.promise]);
      if (this.#stopping) return;
      worker = this.#spawn(index);
    }
  }

  /** A worker that does not answer holds nobody up for longer than its question may take. */
  async #askAll(ask: (worker: WorkerProcess) => Promise<unknown>): Promise<void> {
    const joined = [...this.#workers.values()].filter((worker) => worker.joined());
    await Promise.all(joined.map((worker) => ask(worker).catch(() => {})));
  }
}

function failed(index: number, { code, signal }: WorkerEnd): never {
  const reason = `Worker ${index} of PENSTOCK_WORKERS ended at its start (${signal ?? `exit code ${code}`}); see its messages above.`;
  throw new PenstockError("conflict", { fields: { reason } });
}

/** Alone on the port: sharing is for workers, and a second server must not slip in between them. */
async function reservePort(settings: Settings): Promise<Front> {
  const giveUpAt = performance.now() + reserveMs;
  for (;;) {
    try {
      return listen(settings, () => new Response(null, { status: 503 }));
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await Bun.sleep(50);
    }
  }
}
