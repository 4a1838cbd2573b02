import type { Claim, Demand, Level, LimitStore, Seed, Verdict } from "../../limits/limit-store.ts";
import type { Channel } from "./channel.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";

/** Milliseconds that the primary, which does nothing but this kind of thing, has for an answer. */
const patienceMs = 2_000;

/**
 * Limits as the primary counts them, for all workers together: exact, for one trip through a pipe a reservation. When the primary
 * does not answer, nobody is let in: its workers end with it anyway.
 */
export class RemoteLimitStore implements LimitStore {
  readonly #channel: Channel<WorkerSays, PrimarySays>;

  constructor(channel: Channel<WorkerSays, PrimarySays>) {
    this.#channel = channel;
  }

  async reserve(demands: readonly Demand[], claim: Claim): Promise<Verdict> {
    try {
      return await this.#channel.ask("reserve", { demands, claim }, patienceMs);
    } catch {
      // Should it have been counted all the same, it is given back.
      this.settle(demands, claim, noneOf(demands));
      return {
        ...{ admitted: false, refused: demands.length === 0 ? undefined : 0, retryMs: 1_000 },
        ...{ levels: unknownLevels(demands), unavailable: true as const },
      };
    }
  }

  settle(demands: readonly Demand[], claim: Claim, used: readonly number[]): void {
    this.#channel.tell("settle", { demands, claim, used });
  }

  renew(demands: readonly Demand[], claim: Claim, now: number): void {
    this.#channel.tell("renew", { demands, claim, now });
  }

  async peek(demands: readonly Demand[], now: number): Promise<readonly Level[]> {
    try {
      return await this.#channel.ask("peek", { demands, now }, patienceMs);
    } catch {
      return unknownLevels(demands);
    }
  }

  async seed(budgets: readonly Seed[]): Promise<void> {
    // Told again from time to time.
    await this.#channel.ask("seed", { budgets }, patienceMs).catch(() => {});
  }
}

function unknownLevels(demands: readonly Demand[]): Level[] {
  return demands.map(() => ({ remaining: 0, resetMs: 1_000 }));
}

function noneOf(demands: readonly Demand[]): number[] {
  return demands.map(() => 0);
}
