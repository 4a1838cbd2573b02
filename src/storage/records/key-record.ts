import type { DisconnectPolicy, KeyScope } from "../../plane/snapshot.ts";
import type { Origin } from "./origin.ts";

/** One virtual API key; its value is nowhere, only a keyed hash of it. Times are milliseconds since the epoch. */
export interface KeyRecord {
  readonly id: string;
  readonly orgId: string;
  /** Unique among the org's keys that are not revoked. */
  readonly name: string;
  /** HMAC-SHA-256 under the instance's pepper, lower-case hex. */
  readonly digest: string;
  /** What lists show, like `psk_…a1b2`. */
  readonly preview: string;
  /** `url`: works as a path token only; `header`: never in a path. */
  readonly carrier: "header" | "url";
  readonly scopes: readonly KeyScope[];
  readonly allowedModels: readonly string[] | undefined;
  readonly strict: boolean;
  /** What becomes of its calls whose client leaves. */
  readonly onDisconnect: DisconnectPolicy;
  /** The agent that calls with it, and in which of its roles. */
  readonly agent: string | undefined;
  readonly agentRole: string | undefined;
  readonly origin: Origin;
  readonly expiresAt: number | undefined;
  readonly revokedAt: number | undefined;
  /** The newest use that was written down; behind by a minute at most while the key is in use. */
  readonly lastUsedAt: number | undefined;
  /** The value before the last rotation, while its grace lasts; undefined when there is none. */
  readonly previous: PreviousValue | undefined;
  readonly createdAt: number;
  /** Rises with every change but use. */
  readonly updatedAt: number;
}

/** A value that a rotation replaced. */
export interface PreviousValue {
  readonly digest: string;
  readonly expiresAt: number;
}
