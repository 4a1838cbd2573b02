import type { Answer } from "./load-client.ts";
import type { Quantiles } from "./load-spec.ts";
import { quantiles } from "./quantiles.ts";

/** Collects the answers of one load. */
export class Series {
  readonly #latency: number[] = [];
  readonly #firstByte: number[] = [];
  readonly #started = performance.now();
  #ended = this.#started;
  #failures = 0;
  #firstFailure: string | undefined;

  /** Answers so far, wrong ones included. */
  get count(): number {
    return this.#latency.length + this.#failures;
  }

  get failures(): number {
    return this.#failures;
  }

  get seconds(): number {
    return (this.#ended - this.#started) / 1000;
  }

  /** Adds an answer to a request that was due at `due` (`performance.now()`). */
  add(due: number, answer: Answer): void {
    this.#ended = answer.end;
    if (answer.problem !== undefined) {
      this.#failures += 1;
      this.#firstFailure ??= answer.problem;
      return;
    }
    this.#latency.push(answer.end - due);
    this.#firstByte.push(answer.firstByte - due);
  }

  /** Counts requests that will not be answered any more as failures. */
  addUnanswered(count: number, reason: string): void {
    this.#failures += count;
    this.#firstFailure ??= reason;
    this.#ended = performance.now();
  }

  /** The figures of the series. */
  summary(): SeriesSummary {
    return {
      requests: this.count,
      failures: this.#failures,
      ...(this.#firstFailure === undefined ? {} : { firstFailure: this.#firstFailure }),
      seconds: this.seconds,
      latency: quantiles(this.#latency),
      firstByte: quantiles(this.#firstByte),
      gap: quantiles([]),
    };
  }
}

/** What a series comes down to. Times in milliseconds. */
export interface SeriesSummary {
  readonly requests: number;
  readonly failures: number;
  readonly firstFailure?: string;
  readonly seconds: number;
  readonly latency: Quantiles;
  readonly firstByte: Quantiles;
  readonly gap: Quantiles;
}
