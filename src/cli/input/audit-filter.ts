import { usageError } from "../cli-error.ts";

/** Options that choose acts of the audit log. */
export const auditFilterArgs = {
  action: { type: "string", valueHint: "ACTION", description: "E.g. key.create, or 'key.*'" },
  actor: { type: "string", valueHint: "WHO", description: "Id or name of who did it" },
  target: { type: "string", valueHint: "WHAT", description: "Id or name of what it was done to" },
  from: { type: "string", valueHint: "TIME", description: "This time or later, e.g. 2030-01-31T00:00:00Z" },
  to: { type: "string", valueHint: "TIME", description: "Before this time" },
  instance: { type: "boolean", description: "Acts on the instance itself; for operators" },
} as const;

type AuditFilter = {
  readonly [Name in Exclude<keyof typeof auditFilterArgs, "instance">]?: string | undefined;
} & { readonly instance?: boolean | undefined };

/** The same as a query of the API. Throws when a time is none. */
export function toAuditQuery({ action, actor, target, from, to, instance }: AuditFilter) {
  return { instance, action, actor, target, from: toTime("--from", from), to: toTime("--to", to) };
}

function toTime(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const zoned = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(zoned)) throw usageError(`${option} must be a time such as 2030-01-31T00:00:00Z`);
  return new Date(zoned).toISOString();
}
