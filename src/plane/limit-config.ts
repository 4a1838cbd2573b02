/** Who a limit holds for. */
export type LimitSubject =
  | { readonly kind: "org" }
  | { readonly kind: "provider"; readonly id: string }
  | { readonly kind: "key"; readonly id: string }
  | { readonly kind: "agent"; readonly agent: string }
  | { readonly kind: "agent_role"; readonly agent: string; readonly role: string };

/** What one subject may use; what is absent is not limited. */
export interface LimitConfig {
  /** `limit_…` */
  readonly id: string;
  readonly subject: LimitSubject;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  /** Calls at once. */
  readonly concurrency?: number;
  /** USD in a calendar day, UTC. */
  readonly dayUsd?: number;
  /** USD in a calendar month, UTC. */
  readonly monthUsd?: number;
  /** Whether models without a price may run although there is a budget; they count as 0. Absent: they are refused. */
  readonly allowUnpriced?: boolean;
}
