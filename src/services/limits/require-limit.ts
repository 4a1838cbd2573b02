import { PenstockError } from "../../errors/penstock-error.ts";
import type { LimitSubject } from "../../plane/limit-config.ts";
import type { LimitRecord } from "../../storage/records/limit-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { notFound } from "../access.ts";
import { unprocessable } from "../parse-input.ts";
import { subjectName } from "./limit-act.ts";

/** A limit of the org; throws `not_found`. */
export async function requireLimit(
  reads: Reads,
  ref: { readonly orgId: string; readonly limitId: string },
): Promise<LimitRecord> {
  const limit = await reads.limits.find({ orgId: ref.orgId, id: ref.limitId });
  if (limit === undefined) throw notFound(`limit ${ref.limitId}`);
  return limit;
}

/** Throws `unprocessable` for a provider or key that the org does not have; a revoked key calls nobody any more. */
export async function requireSubject(reads: Reads, orgId: string, subject: LimitSubject): Promise<void> {
  if (subject.kind !== "provider" && subject.kind !== "key") return;
  const ref = { orgId, id: subject.id };
  if (subject.kind === "provider") {
    if ((await reads.providers.find(ref)) !== undefined) return;
  } else {
    const key = await reads.keys.find(ref);
    if (key !== undefined && key.revokedAt === undefined) return;
  }
  throw unprocessable([{ path: "/subject/id", message: `names no ${subject.kind} of this organization` }]);
}

/** Throws `conflict` when the subject has a limit already. */
export async function requireFreeSubject(reads: Reads, orgId: string, subject: LimitSubject): Promise<void> {
  if ((await reads.limits.findBySubject(orgId, subject)) === undefined) return;
  throw new PenstockError("conflict", {
    fields: { reason: `There is a limit of the ${subjectName(subject)} already; change that one.` },
  });
}
