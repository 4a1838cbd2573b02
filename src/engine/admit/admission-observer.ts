import type { LimitMeasure } from "../../limits/gauge.ts";
import type { LimitSubject } from "../../plane/limit-config.ts";

/** Is told what admission does, for metrics. */
export interface AdmissionObserver {
  refused(measure: LimitMeasure, subject: LimitSubject["kind"]): void;
  /** Micro-USD of one call, held before it and charged after it, where a budget holds. */
  settled(reserved: number, used: number): void;
}
