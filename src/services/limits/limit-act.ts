import type { LimitSubject } from "../../plane/limit-config.ts";
import type { LimitRecord } from "../../storage/records/limit-record.ts";
import type { Act, ActFields } from "../audit/record-act.ts";

/** What the audit log names a limit by. */
export function limitTarget(limit: LimitRecord): Pick<Act, "orgId" | "target"> {
  return {
    orgId: limit.orgId,
    target: { kind: "limit", id: limit.id, name: subjectName(limit.subject) },
  };
}

/** What the audit log keeps of a limit. */
export function limitFields(limit: LimitRecord): ActFields {
  const { subject, requestsPerMinute, tokensPerMinute, concurrency, dayUsd, monthUsd, allowUnpriced } = limit;
  return { subject, requestsPerMinute, tokensPerMinute, concurrency, dayUsd, monthUsd, allowUnpriced };
}

/** `org`, `key key_…`, `agent scout`, `agent scout as writer`. */
export function subjectName(subject: LimitSubject): string {
  switch (subject.kind) {
    case "org":
      return "org";
    case "provider":
    case "key":
      return `${subject.kind} ${subject.id}`;
    case "agent":
      return `agent ${subject.agent}`;
    case "agent_role":
      return `agent ${subject.agent} as ${subject.role}`;
  }
}
