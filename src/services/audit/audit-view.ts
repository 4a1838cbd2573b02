import type { AuditRecord } from "../../storage/records/audit-record.ts";

/** One act as others see it. */
export type AuditView = Omit<AuditRecord, "before" | "after"> & {
  readonly before: Readonly<Record<string, unknown>> | undefined;
  readonly after: Readonly<Record<string, unknown>> | undefined;
};

export function toAuditView(record: AuditRecord): AuditView {
  const { before, after, ...rest } = record;
  return { ...rest, before: parse(before), after: parse(after) };
}

function parse(json: string | undefined): Readonly<Record<string, unknown>> | undefined {
  return json === undefined ? undefined : JSON.parse(json);
}
