import type { TrafficVerdict } from "./traffic-verdict.ts";

/** What calls have told of one provider since it was last written down. */
export interface Sighting {
  readonly orgId: string;
  readonly providerId: string;
  verdict: TrafficVerdict;
  /** Calls in a row that told it. */
  times: number;
  /** When the latest of them began; what began before a change tells nothing of it. */
  startedAt: number;
  /** When it is to be written; undefined: there is nothing new. */
  dueAt: number | undefined;
  writtenAt: number;
}
