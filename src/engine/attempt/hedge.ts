import { toPenstockError } from "../../errors/penstock-error.ts";
import type { Outcome } from "../call.ts";
import type { Execution } from "../execution.ts";
import type { Meter } from "../meter.ts";
import type { Candidate } from "../plane.ts";
import { ClientGone } from "../send.ts";
import { beginAttempt } from "./begin-attempt.ts";
import { executionFor, type Received } from "./execution-for.ts";

/** An answer, and the attempt that gave it. */
export interface Answered {
  readonly execution: Execution;
  readonly outcome: Outcome;
}

/** Milliseconds until a hedged route asks its second target; undefined: this call is not hedged. */
export function hedgeDelay({ context, call, routed }: Received, first: Candidate): number | undefined {
  const { route } = routed.resolution;
  if (route?.config.strategy !== "hedged" || call.operation === "count_tokens") return undefined;
  return route.config.hedgeAfterMs ?? context.targets.view(first.target, context.tick()).p95FirstByteMs;
}

/** Two attempts at one request, the second begun when the first lets itself wait. The first content wins, the other is ended. */
export class Hedge {
  readonly #received: Received;
  readonly #first: Runner;
  readonly #second: Candidate;
  #rival: Runner | undefined;
  #decided = false;

  constructor(received: Received, [first, second]: readonly [Candidate, Candidate]) {
    this.#received = received;
    this.#first = new Runner(received, { candidate: first, meter: received.meter });
    this.#second = second;
  }

  /** The attempt whose failure `run` rejects with. */
  get execution(): Execution {
    return this.#first.execution;
  }

  /** Whether the second target was asked, too. */
  get askedBoth(): boolean {
    return this.#rival !== undefined;
  }

  /** Rejects as the first attempt did when neither answers; both are on the first one's books then. */
  async run(delayMs: number): Promise<Answered> {
    const first = this.#first;
    first.begin(() => this.#won(first));
    const timer = setTimeout(() => this.#askSecond(), delayMs);
    try {
      return await first.answer;
    } catch (error) {
      const rival = this.#rival;
      if (rival === undefined) throw error;
      first.giveUp(error);
      // The second goes on alone, or has won already.
      return await rival.answer.catch(() => {
        rival.meter.yieldTo(first.meter);
        throw error;
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #askSecond(): void {
    const { call, meter } = this.#received;
    if (this.#decided || call.signal.aborted) return;
    const body = this.#first.bodyAsItCame();
    const received = { ...this.#received, call: { ...call, body } };
    const rival = new Runner(received, { candidate: this.#second, meter: meter.rival() });
    this.#rival = rival;
    rival.begin(() => this.#won(rival));
    rival.answer.catch((error: unknown) => rival.giveUp(error));
  }

  #won(winner: Runner): void {
    if (this.#decided) return;
    this.#decided = true;
    const loser = winner === this.#first ? this.#rival : this.#first;
    loser?.lose(winner.meter);
  }
}

/** One of the two. */
class Runner {
  readonly execution: Execution;
  readonly meter: Meter;
  readonly #stop = new AbortController();
  #answer: Promise<Answered> | undefined;

  constructor(
    received: Received,
    { candidate, meter }: { readonly candidate: Candidate; readonly meter: Meter },
  ) {
    const signal = AbortSignal.any([received.call.signal, this.#stop.signal]);
    this.meter = meter;
    this.execution = executionFor({ ...received, meter, call: { ...received.call, signal } }, candidate);
  }

  get answer(): Promise<Answered> {
    return this.#answer ?? Promise.reject(new TypeError("the attempt was not begun"));
  }

  begin(onFirstContent: () => void): void {
    this.meter.onFirstContent = onFirstContent;
    const { execution } = this;
    const run = async () => ({ execution, outcome: await beginAttempt(execution) });
    this.#answer = run();
    // Whether anybody still waits for it is decided later.
    this.#answer.catch(() => {});
  }

  /** It failed by itself, and the other one goes on. */
  giveUp(error: unknown): void {
    if (!(error instanceof ClientGone)) this.meter.abandon(toPenstockError(error));
  }

  /** Ends it, whatever it is doing, and puts what it cost on the winner's books. */
  lose(winner: Meter): void {
    this.meter.yieldTo(winner);
    this.#stop.abort();
    this.answer.then(
      ({ outcome }) => outcome.kind === "stream" && outcome.source.cancel(),
      () => {},
    );
  }

  /** A copy of the client's body: the other attempt may be changing or sending this one. */
  bodyAsItCame(): Uint8Array {
    const { call, originals } = this.execution;
    const body = new Uint8Array(call.body);
    for (const { start, bytes } of originals ?? []) body.set(bytes, start);
    return body;
  }
}
