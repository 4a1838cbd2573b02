import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { KeyView } from "./key-view.ts";

/** What leaves of a key: not even its digests. */
export function toKeyView(key: KeyRecord, now: number): KeyView {
  const { digest: _digest, previous, ...rest } = key;
  const active = isActive(key, now);
  const inGrace = active && previous !== undefined && previous.expiresAt > now;
  return { ...rest, active, previousExpiresAt: inGrace ? previous.expiresAt : undefined };
}

/** Neither revoked nor expired. `now`: milliseconds since the epoch. */
export function isActive(key: Pick<KeyRecord, "revokedAt" | "expiresAt">, now: number): boolean {
  return key.revokedAt === undefined && (key.expiresAt === undefined || key.expiresAt > now);
}
