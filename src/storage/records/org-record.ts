import type { Origin } from "./origin.ts";

/** What an org's admins set for all of it. */
export interface OrgSettings {
  /** What a request for embeddings gets that names no model. */
  readonly defaultEmbeddingModel?: string;
  /** Days for which what calls say and are answered is kept; absent: not at all. */
  readonly contentRetentionDays?: number;
  /** The only hosts that may be called for this org, e.g. `api.vendor.com` or `*.vendor.com`; absent: all the operator allows. */
  readonly allowedHosts?: readonly string[];
}

/** One organization, the tenant. Times are milliseconds since the epoch. */
export interface OrgRecord {
  readonly id: string;
  /** Unique in the instance without case. */
  readonly name: string;
  /** What a request without a model gets. */
  readonly defaultModel: string | undefined;
  /** `elected`: chosen by discovery, so anyone may replace it. */
  readonly defaultModelOrigin: Origin | "elected" | undefined;
  readonly settings: OrgSettings;
  /** Rises with every change of the org. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}
