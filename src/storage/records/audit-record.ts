/** One administrative act. Never holds a secret. */
export interface AuditRecord {
  readonly id: string;
  /** Empty for an act on the instance itself. */
  readonly orgId: string;
  /** 1 for the first act of the org; without gaps. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actorKind: string;
  readonly actorId: string | undefined;
  readonly actorName: string;
  readonly address: string | undefined;
  readonly requestId: string | undefined;
  /** `<entity>.<verb>`, e.g. `provider.update`. */
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: string | undefined;
  readonly targetName: string;
  /** JSON of what changed, as it was; undefined for what did not exist. */
  readonly before: string | undefined;
  /** JSON of what changed, as it is now; undefined for what is gone. */
  readonly after: string | undefined;
  /** Lower-case hex; chains this row to the one before. */
  readonly mac: string;
}
