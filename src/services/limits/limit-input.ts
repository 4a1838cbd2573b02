import type { LimitSubject } from "../../plane/limit-config.ts";

/** What a subject may use; null: not limited. */
export interface LimitNumbersInput {
  readonly requestsPerMinute?: number | null | undefined;
  readonly tokensPerMinute?: number | null | undefined;
  /** Calls at once. */
  readonly concurrency?: number | null | undefined;
  /** USD in a calendar day, UTC. */
  readonly dayUsd?: number | null | undefined;
  /** USD in a calendar month, UTC. */
  readonly monthUsd?: number | null | undefined;
  /** False by default. */
  readonly allowUnpriced?: boolean | undefined;
}

export interface CreateLimitInput extends LimitNumbersInput {
  readonly orgId: string;
  readonly subject: LimitSubject;
}

/** A field left out is kept. */
export interface UpdateLimitInput extends LimitNumbersInput {
  readonly orgId: string;
  readonly limitId: string;
}
