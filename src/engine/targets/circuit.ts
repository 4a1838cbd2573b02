/** Failures in a row that open it. */
const mostFailures = 5;
/** Calls that must be known before their share of failures counts, and the share that opens it. */
const fewestCalls = 20;
const worstShare = 0.5;
/** Milliseconds of half the time that calls are counted over: the older half is forgotten when the next begins. */
const halfWindow = 15_000;
/** Milliseconds it stays open: at first, and at most after doubling. */
const openMs = { first: 10_000, longest: 120_000 } as const;

/** How a call got past a circuit. */
export type Passage = "free" | "probe" | "refused";

/**
 * Keeps calls away from a target that fails: opens after five failures in a row, or when half of at least 20 calls within 30 s
 * failed. When its time is up one call is let through to try; its failure opens it for twice as long. Times in ticks (ms).
 */
export class Circuit {
  /** 0: closed. */
  #openUntil = 0;
  #openFor = 0;
  #probing = false;
  #inRow = 0;
  #halfStart = 0;
  #calls = 0;
  #failures = 0;
  #olderCalls = 0;
  #olderFailures = 0;

  /** Whether a call may pass now; a probe must end in a verdict or `release`. */
  enter(now: number): Passage {
    if (this.#openUntil === 0) return "free";
    if (now < this.#openUntil || this.#probing) return "refused";
    this.#probing = true;
    return "probe";
  }

  /** Milliseconds until a call may pass; while a probe is under way, a guess. */
  waitMs(now: number): number {
    if (this.#openUntil === 0) return 0;
    if (this.#probing) return 1_000;
    return Math.max(0, this.#openUntil - now);
  }

  /** A call ended well. Those that were under way when it opened do not close it: only its probe does. */
  good(now: number, passage: Passage): void {
    if (this.#openUntil !== 0 && passage !== "probe") return;
    this.#openUntil = 0;
    this.#openFor = 0;
    if (passage === "probe") this.#probing = false;
    this.#inRow = 0;
    this.#count(now);
  }

  /** A call failed. True when this failure opened it. */
  bad(now: number, passage: Passage): boolean {
    const isProbe = passage === "probe";
    if (this.#openUntil !== 0 && !isProbe) return false;
    if (isProbe) this.#probing = false;
    this.#count(now);
    this.#failures++;
    this.#inRow++;
    if (!isProbe && this.#inRow < mostFailures && !this.#failsOften()) return false;
    this.#openFor = Math.min(openMs.longest, this.#openFor === 0 ? openMs.first : this.#openFor * 2);
    this.#openUntil = now + this.#openFor;
    this.#calls = this.#failures = this.#olderCalls = this.#olderFailures = 0;
    return true;
  }

  /** A call ended without a verdict: after a probe another may try. */
  release(passage: Passage): void {
    if (passage === "probe") this.#probing = false;
  }

  #count(now: number): void {
    if (now - this.#halfStart >= halfWindow) {
      const recent = now - this.#halfStart < 2 * halfWindow;
      this.#olderCalls = recent ? this.#calls : 0;
      this.#olderFailures = recent ? this.#failures : 0;
      this.#calls = 0;
      this.#failures = 0;
      this.#halfStart = now;
    }
    this.#calls++;
  }

  #failsOften(): boolean {
    const calls = this.#calls + this.#olderCalls;
    return calls >= fewestCalls && (this.#failures + this.#olderFailures) / calls >= worstShare;
  }
}
