import { z } from "@hono/zod-openapi";
import type { AuditView } from "../../services/audit/audit-view.ts";
import type { AuditVerification } from "../../services/audit/verify.ts";
import { timeSchema, toTime } from "./common.ts";

const fields = z.record(z.string(), z.unknown()).nullable();

export const auditEventSchema = z
  .object({
    id: z.string(),
    seq: z.int().describe("1 for the organization's first act; without gaps"),
    at: timeSchema,
    actor: z.object({
      kind: z.string().describe("`key`, `user`, `file` or `system`"),
      id: z.string().nullable(),
      name: z.string(),
    }),
    address: z.string().nullable().describe("Where the request came from, as far as the server can tell"),
    request_id: z.string().nullable(),
    action: z.string().describe("`<entity>.<verb>`, e.g. `provider.update`"),
    target: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }),
    before: fields.describe("What changed, as it was; null for what did not exist"),
    after: fields.describe("What changed, as it is now; null for what is gone"),
    mac: z
      .string()
      .describe(
        "Binds this act to the one before it; kept elsewhere, it proves later that both are unchanged",
      ),
  })
  .openapi("AuditEvent");

export const auditVerificationSchema = z
  .object({
    intact: z.boolean(),
    events: z.int().describe("Acts that were checked and found in place"),
    head: z
      .string()
      .nullable()
      .describe("`mac` of the last good act; keep it elsewhere and pass it as `expect_head` later"),
    broken_at: z
      .object({ seq: z.int(), id: z.string() })
      .nullable()
      .describe("The first act that does not fit: it was altered, or one before it is missing"),
    expected_head_found: z
      .boolean()
      .nullable()
      .describe("False: acts up to `expect_head` were cut off or replaced; null when none was named"),
  })
  .openapi("AuditVerification");

/** An act as the API writes it. */
export function toAuditEvent(view: AuditView): z.infer<typeof auditEventSchema> {
  return {
    id: view.id,
    seq: view.seq,
    at: toTime(view.at),
    actor: { kind: view.actorKind, id: view.actorId ?? null, name: view.actorName },
    address: view.address ?? null,
    request_id: view.requestId ?? null,
    action: view.action,
    target: { kind: view.targetKind, id: view.targetId ?? null, name: view.targetName },
    before: view.before === undefined ? null : { ...view.before },
    after: view.after === undefined ? null : { ...view.after },
    mac: view.mac,
  };
}

export function toAuditVerification(found: AuditVerification): z.infer<typeof auditVerificationSchema> {
  return {
    intact: found.intact,
    events: found.events,
    head: found.head ?? null,
    broken_at: found.brokenAt ?? null,
    expected_head_found: found.expectedHeadFound ?? null,
  };
}

/** For clients of the API. */
export type AuditEventBody = z.infer<typeof auditEventSchema>;
export type AuditVerificationBody = z.infer<typeof auditVerificationSchema>;
