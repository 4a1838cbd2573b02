import type { Demand, Level } from "./limit-store.ts";

/** One count of a store in this process. None of its methods waits, so a check and the taking that follows are one step. */
export interface Counter {
  /** Whether the demand has room now. */
  fits(demand: Demand, now: number): boolean;
  take(demand: Demand, hold: Hold): void;
  /** What was taken becomes what was used. */
  settle(demand: Demand, hold: Hold, used: number): void;
  /** Puts off the end of what is held at one time. */
  renew(hold: Hold): void;
  level(demand: Demand, now: number): Level;
  /** Milliseconds until a demand that does not fit does; 0: nobody knows. */
  retryMs(demand: Demand, now: number): number;
  /** Nothing would be lost by forgetting it. */
  isIdle(now: number): boolean;
}

/** One claim, as counters see it. */
export interface Hold {
  readonly claim: string;
  /** Milliseconds since the epoch, when it was reserved. */
  readonly takenAt: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}
