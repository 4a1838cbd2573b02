import type { LimitSubject } from "../../plane/limit-config.ts";
import { toFlag, toNull, toOptional } from "../columns.ts";
import type { LimitRecord } from "../records/limit-record.ts";
import { toOrigin } from "../records/origin.ts";
import type { NewRow, Row } from "../schema.ts";

export function toLimit(row: Row<"limits">): LimitRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    subject: toSubject(row),
    requestsPerMinute: toOptional(row.requests_per_minute),
    tokensPerMinute: toOptional(row.tokens_per_minute),
    concurrency: toOptional(row.concurrency),
    dayUsd: toOptional(row.day_usd),
    monthUsd: toOptional(row.month_usd),
    allowUnpriced: row.allow_unpriced === 1,
    origin: toOrigin(row.origin),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function fromLimit(limit: LimitRecord): NewRow<"limits"> {
  return {
    id: limit.id,
    org_id: limit.orgId,
    ...fromSubject(limit.subject),
    requests_per_minute: toNull(limit.requestsPerMinute),
    tokens_per_minute: toNull(limit.tokensPerMinute),
    concurrency: toNull(limit.concurrency),
    day_usd: toNull(limit.dayUsd),
    month_usd: toNull(limit.monthUsd),
    allow_unpriced: toFlag(limit.allowUnpriced),
    origin: limit.origin,
    created_at: limit.createdAt,
    updated_at: limit.updatedAt,
  };
}

/** A subject as the columns that name it. */
export function fromSubject(
  subject: LimitSubject,
): Pick<NewRow<"limits">, "subject_kind" | "subject_id" | "subject_role"> {
  const { kind } = subject;
  switch (kind) {
    case "org":
      return { subject_kind: kind, subject_id: "", subject_role: "" };
    case "provider":
    case "key":
      return { subject_kind: kind, subject_id: subject.id, subject_role: "" };
    case "agent":
      return { subject_kind: kind, subject_id: subject.agent, subject_role: "" };
    case "agent_role":
      return { subject_kind: kind, subject_id: subject.agent, subject_role: subject.role };
  }
}

/** Only this repository writes these columns, from the same types. */
function toSubject({ subject_kind, subject_id: id, subject_role: role }: Row<"limits">): LimitSubject {
  switch (subject_kind) {
    case "provider":
    case "key":
      return { kind: subject_kind, id };
    case "agent":
      return { kind: "agent", agent: id };
    case "agent_role":
      return { kind: "agent_role", agent: id, role };
    default:
      return { kind: "org" };
  }
}
