import type { Origin } from "./origin.ts";

/** One organization, the tenant. Times are milliseconds since the epoch. */
export interface OrgRecord {
  readonly id: string;
  /** Unique in the instance without case. */
  readonly name: string;
  /** What a request without a model gets. */
  readonly defaultModel: string | undefined;
  /** `elected`: chosen by discovery, so anyone may replace it. */
  readonly defaultModelOrigin: Origin | "elected" | undefined;
  /** Rises with every change of the org. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}
