import type { Claim, Demand } from "../limit-store.ts";
import { claimGraceMs } from "./keys.ts";
import type { LocalDemands } from "./local-share.ts";

/** A claim of this replica that is not settled yet. */
export interface HeldClaim {
  readonly demands: readonly Demand[];
  /** Under the name that Redis knows it by. */
  readonly claim: Claim;
  /** What was taken of this replica's own share; undefined: Redis has it. */
  local: LocalDemands | undefined;
  /** Its holder has settled it. */
  settled: boolean;
  /** Milliseconds since the epoch, when nobody is thought to settle it any more. */
  forgetAt: number;
}

const sweepMs = 60_000;

/** The claims of this replica under way, by the name their holder knows. */
export class HeldClaims {
  readonly #claims = new Map<string, HeldClaim>();
  #nextSweep = 0;

  get size(): number {
    return this.#claims.size;
  }

  add(id: string, held: Pick<HeldClaim, "demands" | "claim" | "local">): void {
    const { now, leaseMs } = held.claim;
    if (now >= this.#nextSweep) this.#sweep(now);
    this.#claims.set(id, { ...held, settled: false, forgetAt: now + leaseMs + claimGraceMs });
  }

  get(id: string): HeldClaim | undefined {
    return this.#claims.get(id);
  }

  /** Whoever gets it settles it: it is there once. */
  take(id: string): HeldClaim | undefined {
    const held = this.#claims.get(id);
    if (held === undefined) return undefined;
    held.settled = true;
    this.#claims.delete(id);
    return held;
  }

  /** Micro-USD of a budget that claims of this replica's own share might spend. */
  heldAlone(counter: string): number {
    let sum = 0;
    for (const { local, demands } of this.#claims.values())
      if (local !== undefined) sum += demands.find((demand) => demand.counter === counter)?.amount ?? 0;
    return sum;
  }

  all(): readonly HeldClaim[] {
    return [...this.#claims.values()];
  }

  #sweep(now: number): void {
    this.#nextSweep = now + sweepMs;
    for (const [id, { forgetAt }] of this.#claims) if (forgetAt <= now) this.#claims.delete(id);
  }
}
