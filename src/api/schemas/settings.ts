import { z } from "@hono/zod-openapi";
import { PenstockError } from "../../errors/penstock-error.ts";
import { unprocessable } from "../../services/parse-input.ts";
import type { OrgSettingsView } from "../../services/settings/org-settings-view.ts";
import { timeSchema, toTime } from "./common.ts";

const host = z.string().max(253);

export const settingsSchema = z
  .object({
    default_models: z.object({
      chat: z.string().nullable().describe("What a request for chat gets that names no model"),
      embedding: z.string().nullable().describe("The same for embeddings"),
    }),
    content_logging: z
      .object({ retention_days: z.int() })
      .nullable()
      .describe("How long requests and answers are kept; null: they are not"),
    egress: z.object({
      allowed_hosts: z
        .array(z.string())
        .nullable()
        .describe(
          "The only hosts that providers may have and media may be fetched from, e.g. `*.vendor.com`; null: all that the operator allows",
        ),
    }),
    updated_at: timeSchema,
  })
  .openapi("Settings");

export type SettingsBody = z.infer<typeof settingsSchema>;

const modelName = z.string().min(1).max(400).nullable().optional();

export const updateSettingsSchema = z
  .strictObject({
    default_models: z.strictObject({ chat: modelName, embedding: modelName }).optional(),
    content_logging: z
      .strictObject({ retention_days: z.int().min(1).max(365) })
      .nullable()
      .optional()
      .describe("What is kept already stays until its time is over"),
    egress: z.strictObject({ allowed_hosts: z.array(host).max(200).nullable().optional() }).optional(),
  })
  .openapi("SettingsUpdate");

export function toSettings(view: OrgSettingsView): z.infer<typeof settingsSchema> {
  return {
    default_models: {
      chat: view.defaultChatModel ?? null,
      embedding: view.defaultEmbeddingModel ?? null,
    },
    content_logging:
      view.contentRetentionDays === undefined ? null : { retention_days: view.contentRetentionDays },
    egress: { allowed_hosts: view.allowedHosts === undefined ? null : [...view.allowedHosts] },
    updated_at: toTime(view.updatedAt),
  };
}

/** The body's fields under the services' names. */
export function fromSettingsBody({
  default_models,
  content_logging,
  egress,
}: z.infer<typeof updateSettingsSchema>) {
  return {
    defaultChatModel: default_models?.chat,
    defaultEmbeddingModel: default_models?.embedding,
    contentRetentionDays: content_logging === null ? null : content_logging?.retention_days,
    allowedHosts: egress?.allowed_hosts,
  };
}

const places: Readonly<Record<string, string>> = {
  default_model: "default_models/chat",
  default_chat_model: "default_models/chat",
  default_embedding_model: "default_models/embedding",
  content_retention_days: "content_logging/retention_days",
  allowed_hosts: "egress/allowed_hosts",
};

/** What the services say of a field, said of its place in the body. */
export function inBodyTerms(error: unknown): unknown {
  if (!(error instanceof PenstockError) || error.code !== "unprocessable") return error;
  const moved = error.problems.map(({ path, message }) => {
    const [field = "", ...rest] = path.split("/").slice(1);
    return { path: `/${[places[field] ?? field, ...rest].join("/")}`, message };
  });
  return unprocessable(moved);
}
