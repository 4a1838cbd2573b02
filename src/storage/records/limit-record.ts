import type { LimitSubject } from "../../plane/limit-config.ts";
import type { Origin } from "./origin.ts";

/** What one subject may use; at most one a subject. Times are milliseconds since the epoch. */
export interface LimitRecord extends LimitNumbers {
  readonly id: string;
  readonly orgId: string;
  readonly subject: LimitSubject;
  /** Models without a price may run although there is a budget; they count as 0. */
  readonly allowUnpriced: boolean;
  readonly origin: Origin;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is undefined is not limited. */
export interface LimitNumbers {
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
  /** Calls at once. */
  readonly concurrency: number | undefined;
  /** USD in a calendar day, UTC. */
  readonly dayUsd: number | undefined;
  /** USD in a calendar month, UTC. */
  readonly monthUsd: number | undefined;
}
