import type { KeptAnswers } from "../../engine/kept-answers/kept-answers.ts";
import type { TurnStore } from "../../engine/turn-store.ts";
import type { LimitStore } from "../../limits/limit-store.ts";
import type { ContentSink } from "../../plane/content-record.ts";
import type { UsageSink } from "../../plane/usage-record.ts";
import type { SnapshotPublisher } from "../../services/snapshot/publisher.ts";
import type { Storage } from "../../storage/storage.ts";
import { type Front, type Handle, listen } from "../listen.ts";
import type { Settings } from "../settings.ts";
import type { ToldRefusal } from "../told-refusal.ts";
import { Channel } from "./channel.ts";
import { forward } from "./forward.ts";
import { HandedRecords } from "./handed-records.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";
import { homeOf, isForAll } from "./passing.ts";
import { RemoteKeptAnswers } from "./remote-kept-answers.ts";
import { RemoteLimitStore } from "./remote-limit-store.ts";
import { RemoteTurnStore } from "./remote-turn-store.ts";
import type { Seat } from "./seat.ts";
import { type WorkerFacts, workerMetrics } from "./worker-metrics.ts";
import { listenAt, primarySocket, workerSocket } from "./worker-socket.ts";

/** What a worker answers its primary from. */
export interface WorkerState {
  readonly publisher: SnapshotPublisher;
  readonly storage: Storage;
  readonly facts: WorkerFacts;
  /** `/readyz` of this process alone. */
  readonly readyz: (request: Request) => Promise<Response> | undefined;
}

/** Why a worker ends: it was told to, or there is nobody left to work for. */
export type EndReason = "drain" | "primary_gone";

/** Milliseconds for the last words; a primary that is going away may not listen any more. */
const farewellMs = 5_000;
const joinMs = 10_000;
/** Milliseconds after which a primary counts as stuck for `/readyz`, whose callers wait for a second or two. */
const signOfLifeMs = 600;
/** Connections to PostgreSQL: a worker reads the configuration and renews tokens, the rest is the primary's. */
const workerPool = 2;
/** Milliseconds until a configuration that could not be read is read again; doubles up to 32 times that. */
const retryMs = 250;

/** A worker's side of the pipe to its primary: what there is one of for all workers is on the other side. */
export class WorkerLink {
  readonly seat: Seat;
  readonly limits: LimitStore;
  readonly turns: TurnStore;
  readonly keptAnswers: KeptAnswers;
  readonly contents: ContentSink;
  /** When the process is to end; never rejects. */
  readonly ended: Promise<EndReason>;
  readonly #channel: Channel<WorkerSays, PrimarySays>;
  readonly #ending = Promise.withResolvers<EndReason>();
  #state: WorkerState | undefined;
  #records: HandedRecords | undefined;
  #open: () => void = () => {};
  /** Seats whose workers take requests. */
  #present: ReadonlySet<number> = new Set();
  /** Requests that came from other workers. */
  readonly #passedOn = new WeakSet<Request>();
  #gone = false;
  #isPrimarySilent = false;

  constructor(seat: Seat) {
    this.seat = seat;
    this.ended = this.#ending.promise;
    this.#channel = new Channel((packet) => send(packet), {
      notices: {
        written: ({ upTo }) => this.#records?.written(upTo),
        version: () => void this.#follow(),
        present: ({ seats }) => {
          this.#present = new Set(seats);
        },
        drain: () => this.end("drain"),
      },
      questions: {
        refresh: async () => {
          await this.#state?.publisher.refresh();
          return true as const;
        },
        sync: () => true,
        metrics: async () => (this.#state === undefined ? "" : workerMetrics(this.#state.facts)),
      },
    });
    this.limits = new RemoteLimitStore(this.#channel);
    this.turns = new RemoteTurnStore(this.#channel);
    this.keptAnswers = new RemoteKeptAnswers(this.#channel);
    this.contents = {
      add: (record) => {
        // Contents are dropped rather than kept in memory without bound.
        if (this.#records?.behind !== true) this.#channel.tell("content", record);
      },
    };
    process.on("message", (packet) => this.#channel.receive(packet));
    process.on("disconnect", () => this.#lose());
  }

  /** For `/readyz` of this process alone; undefined: the primary answered when it was last asked. */
  primaryStatus(): string | undefined {
    return this.#isPrimarySilent ? "does not answer" : undefined;
  }

  /** What of the server's settings holds for a worker: it serves calls, and the primary does the rest. */
  settings(settings: Settings): Settings {
    const { databaseLimits } = settings;
    return {
      ...settings,
      ...{ role: "gateway", port: this.seat.port, configFile: undefined },
      // Counted and logged by the primary, as the records come in.
      ...{ metrics: { kind: "off" }, requestLog: false },
      databaseLimits: { ...databaseLimits, pool: Math.min(databaseLimits.pool, workerPool) },
    };
  }

  /** The port that all workers share; opened by `join`, so that nobody meets a worker that cannot serve yet. */
  front(settings: Settings, handle: Handle): Front {
    let fronts: readonly Front[] = [];
    this.#open = () => {
      const { folder, index } = this.seat;
      const fromOthers: Handle = (request, peer) => {
        this.#passedOn.add(request);
        return handle(request, peer);
      };
      fronts = [
        listenAt(workerSocket(folder, index), fromOthers),
        listen(settings, handle, { shared: true }),
      ];
    };
    return {
      port: settings.port,
      pending: () => fronts.reduce((sum, front) => sum + front.pending(), 0),
      stop: async (now) => {
        if (!now) this.#channel.tell("leaving", {});
        await Promise.all(fronts.map((front) => front.stop(now)));
      },
    };
  }

  /** Where the engine leaves its records; `fallback` takes them when the primary is gone. */
  sink(fallback: UsageSink): UsageSink {
    this.#records = new HandedRecords(this.#channel, fallback);
    if (this.#gone) this.#records.takeOver();
    return this.#records;
  }

  /** For what the primary counts and logs. */
  onRefused(refusal: ToldRefusal): void {
    this.#channel.tell("refusal", refusal);
  }

  /** The answer of another process that this request is for; undefined: this one answers it. */
  pass(request: Request, peer: () => string | undefined): Promise<Response> | undefined {
    const forAll = isForAll(request.url);
    if (forAll === "readyz") return this.#readyz(request, peer());
    if (forAll !== undefined) return this.forward(request, peer());
    const { index, count, folder } = this.seat;
    const home = homeOf(request, count);
    if (home === undefined || home === index || !this.#present.has(home)) return undefined;
    // Who passed it on may know better who is there; passed on twice, it could go in a circle.
    if (this.#passedOn.has(request)) return undefined;
    return forward(request, { socket: workerSocket(folder, home), peer: peer() });
  }

  /** What the primary says for all; of one that is stuck this worker says so, and whether it serves itself. */
  #readyz(request: Request, peer: string | undefined): Promise<Response> {
    const given = new AbortController();
    const socket = primarySocket(this.seat.folder);
    const answer = forward(request, { socket, peer, signal: given.signal });
    const judged = this.#channel.ask("alive", {}, signOfLifeMs).then(
      () => {
        this.#isPrimarySilent = false;
        return answer;
      },
      async () => {
        this.#isPrimarySilent = true;
        const own = await this.#state?.readyz(request);
        given.abort();
        return own ?? answer;
      },
    );
    return Promise.race([answer, judged]);
  }

  /** Asks the primary to answer. */
  forward(request: Request, peer: string | undefined): Promise<Response> {
    return forward(request, { socket: primarySocket(this.seat.folder), peer });
  }

  /** With a first snapshot loaded: takes calls. No change of the configuration is acknowledged without this worker from then on. */
  async join(state: WorkerState): Promise<void> {
    this.#state = state;
    // What this process changes by itself, such as tokens it renewed, the others must know.
    state.storage.onChange((version) => this.#channel.tell("changed", { version }));
    await this.#channel.ask("join", {}, joinMs);
    // What was changed since that snapshot was read.
    await state.publisher.refresh();
    this.#open();
    this.#channel.tell("listening", { pid: process.pid });
  }

  /** Lets `ended` resolve. */
  end(reason: EndReason): void {
    this.#ending.resolve(reason);
  }

  /** Hands over what is left and lets the process end. */
  async close(): Promise<void> {
    if (!this.#gone) {
      await this.#channel.ask("leave", {}, farewellMs).catch(() => this.#records?.takeOver());
    }
    this.#gone = true;
    this.#channel.close();
    if (process.connected) process.disconnect?.();
  }

  /** Nobody waits for it who could try again. */
  async #follow(failures = 0): Promise<void> {
    try {
      await this.#state?.publisher.refresh();
    } catch {
      if (this.#gone) return;
      setTimeout(() => void this.#follow(failures + 1), retryMs * 2 ** Math.min(failures, 5)).unref();
    }
  }

  #lose(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#channel.close();
    this.#records?.takeOver();
    this.end("primary_gone");
  }
}

/** Into a pipe that has just been closed nothing is said; what was unwritten is written by the worker itself. */
function send(packet: unknown): void {
  try {
    process.send?.(packet);
  } catch {
    // `disconnect` follows.
  }
}
