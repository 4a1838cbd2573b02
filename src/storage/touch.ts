/** The part of an org that a write changed; a provider comes with its credentials and models. */
export interface ChangedPart {
  readonly kind: "provider" | "key" | "route" | "limit";
  readonly id: string;
}

/**
 * Called by every write of configuration with the org it belongs to, so that the transaction bumps its version. Without
 * a part, any of the org may have changed; without an org (empty), anything.
 */
export type Touch = (orgId: string, part?: ChangedPart) => void;
