import type { LimitMeasure } from "../../limits/gauge.ts";
import type { LimitSubject } from "../../plane/limit-config.ts";
import type { AdmissionObserver } from "./admission-observer.ts";

/** Counts what admission does since the process began; labels come from two small sets. */
export class AdmissionCounts implements AdmissionObserver {
  readonly #refusals = new Map<
    string,
    { limit: LimitMeasure; subject: LimitSubject["kind"]; count: number }
  >();
  #reserved = 0;
  #used = 0;

  refused(limit: LimitMeasure, subject: LimitSubject["kind"]): void {
    const key = `${limit} ${subject}`;
    const known = this.#refusals.get(key) ?? { limit, subject, count: 0 };
    known.count++;
    this.#refusals.set(key, known);
  }

  settled(reserved: number, used: number): void {
    this.#reserved += reserved;
    this.#used += used;
  }

  read = () => ({
    refusals: [...this.#refusals.values()],
    /** USD of calls that are over: what was held for them, and what they cost. */
    reservedUsd: this.#reserved / 1e6,
    usedUsd: this.#used / 1e6,
  });
}
