import { Circuit, type Passage } from "./circuit.ts";
import { FirstByteTimes } from "./first-byte-times.ts";
import type { TargetView } from "./target-view.ts";

type CoolingReason = NonNullable<TargetView["coolingReason"]>;

/** Timers may be this early, milliseconds: who waited as long as he was told is let in. */
const early = 5;

/** How one model of one provider does, as the calls of this process found it. Times in ticks (ms). */
export class TargetState {
  readonly providerId: string;
  readonly modelId: string;
  readonly firstByte = new FirstByteTimes();
  readonly circuit = new Circuit();
  inFlight = 0;
  #coolUntil = 0;
  #coolReason: CoolingReason | undefined;

  constructor(of: { readonly providerId: string; readonly modelId: string }) {
    this.providerId = of.providerId;
    this.modelId = of.modelId;
  }

  /** Asks for one call; unless refused, `inFlight` must be lowered at its end and the circuit told of it. */
  enter(now: number): Passage {
    if (this.#coolUntil !== 0) {
      if (now + early < this.#coolUntil) return "refused";
      this.#coolUntil = 0;
    }
    const passage = this.circuit.enter(now);
    if (passage !== "refused") this.inFlight++;
    return passage;
  }

  /** Nobody calls it for `ms` milliseconds. A longer wait is not shortened. */
  cool(ms: number, { now, reason }: { readonly now: number; readonly reason: CoolingReason }): void {
    if (now + ms <= this.#coolUntil) return;
    this.#coolUntil = now + ms;
    this.#coolReason = reason;
  }

  view(now: number): TargetView {
    const cooling = Math.max(0, this.#coolUntil - now);
    const open = this.circuit.waitMs(now);
    const coolingMs = Math.max(cooling, open);
    return {
      firstByteMs: this.firstByte.smoothed,
      p95FirstByteMs: this.firstByte.p95,
      inFlight: this.inFlight,
      coolingMs,
      coolingReason: coolingMs === 0 ? undefined : cooling >= open ? this.#coolReason : "circuit_open",
    };
  }
}
