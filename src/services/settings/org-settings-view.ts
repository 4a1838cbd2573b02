import type { OrgRecord } from "../../storage/records/org-record.ts";

/** What an org's admins set for all of it. */
export interface OrgSettingsView {
  /** What a request for chat gets that names no model. */
  readonly defaultChatModel: string | undefined;
  readonly defaultEmbeddingModel: string | undefined;
  /** Undefined: contents are not kept. */
  readonly contentRetentionDays: number | undefined;
  /** Undefined: every host the operator allows. */
  readonly allowedHosts: readonly string[] | undefined;
  readonly updatedAt: number;
}

export function toSettingsView({ defaultModel, settings, updatedAt }: OrgRecord): OrgSettingsView {
  const { defaultEmbeddingModel, contentRetentionDays, allowedHosts } = settings;
  return {
    ...{ defaultChatModel: defaultModel, defaultEmbeddingModel, contentRetentionDays, allowedHosts },
    updatedAt,
  };
}
