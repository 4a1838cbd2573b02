import type { LimitMeasure } from "../../limits/gauge.ts";
import type { LimitRecord } from "../../storage/records/limit-record.ts";

/** A limit as callers see it. */
export interface LimitView extends LimitRecord {
  /** Of its provider or key; undefined for others, and for what is gone. */
  readonly subjectName: string | undefined;
}

/** How full one number of a limit is now. */
export interface LevelView {
  readonly measure: LimitMeasure;
  /** Requests, tokens, calls or USD, as are the next two. */
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Milliseconds since the epoch, when all is there again; undefined: now, or when the calls under way have ended. */
  readonly resetsAt: number | undefined;
}

export interface LimitWithLevels extends LimitView {
  /** Undefined: this process counts nothing. */
  readonly levels: readonly LevelView[] | undefined;
}
