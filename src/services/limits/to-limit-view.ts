import type { LimitRecord } from "../../storage/records/limit-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { LimitView } from "./limit-view.ts";

/** A page of limits with the names of their providers and keys, by two queries. */
export async function toLimitViews(reads: Reads, limits: readonly LimitRecord[]): Promise<LimitView[]> {
  const ids = (kind: "provider" | "key") =>
    limits.flatMap(({ subject }) => (subject.kind === kind ? [subject.id] : []));
  const named = [
    ...(await reads.providers.list(ids("provider"))),
    ...(await reads.keys.listLive(ids("key"))),
  ];
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return limits.map((limit) => {
    const { subject } = limit;
    return { ...limit, subjectName: "id" in subject ? names.get(subject.id) : undefined };
  });
}

/** One of them. */
export async function toLimitView(reads: Reads, limit: LimitRecord): Promise<LimitView> {
  const [view] = await toLimitViews(reads, [limit]);
  if (view === undefined) throw new RangeError("one limit has one view");
  return view;
}
