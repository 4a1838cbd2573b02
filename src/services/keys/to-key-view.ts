import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { KeyView } from "./key-view.ts";

/** What leaves of a key: not even its digest. */
export function toKeyView(key: KeyRecord, now: number): KeyView {
  const { digest: _digest, ...rest } = key;
  return { ...rest, active: isActive(key, now) };
}

/** Neither revoked nor expired. `now`: milliseconds since the epoch. */
export function isActive(key: Pick<KeyRecord, "revokedAt" | "expiresAt">, now: number): boolean {
  return key.revokedAt === undefined && (key.expiresAt === undefined || key.expiresAt > now);
}
