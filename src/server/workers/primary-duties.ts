import type { KeptAnswers } from "../../engine/kept-answers/kept-answers.ts";
import type { TurnStore } from "../../engine/turn-store.ts";
import type { LimitStore } from "../../limits/limit-store.ts";
import type { ContentSink } from "../../plane/content-record.ts";
import type { UsageSink } from "../../plane/usage-record.ts";
import type { ServiceLogEntry } from "../../services/service-context.ts";
import type { ToldRefusal } from "../told-refusal.ts";

/** What the primary does for its workers: what there is one of in an installation. */
export interface PrimaryDuties {
  /** Counts, logs and writes a call. */
  readonly usage: UsageSink;
  readonly contents: ContentSink;
  readonly onRefused: (refusal: ToldRefusal) => void;
  readonly limits: LimitStore;
  readonly turns: TurnStore;
  readonly keptAnswers: KeptAnswers;
  /** Whether all records added so far are where the end of this process does not lose them. */
  readonly keeps: () => boolean;
  /** Writes all records added so far to the database; rejects when that fails. */
  readonly flush: () => Promise<void>;
  /** Reads the configuration as it is in the database now. */
  readonly refresh: () => Promise<void>;
  readonly log: (entry: ServiceLogEntry) => void;
}
