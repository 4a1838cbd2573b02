import type { Kysely } from "kysely";
import type { ChangeRecord, OrgChange } from "../records/change-record.ts";
import type { Schema } from "../schema.ts";

/** Versions that are remembered; who is further behind reads everything. */
const kept = 1_000;

/** What each of the last versions changed. Written by `Storage.change` alone. */
export class ChangeReads {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** All that changed after one version up to another, in no order; undefined when that is not known in full. */
  async between(after: number, upTo: number): Promise<ChangeRecord> {
    if (upTo < after || upTo - after > kept) return undefined;
    const rows = await this.#db
      .selectFrom("changes")
      .select("parts")
      .where("version", ">", after)
      .where("version", "<=", upTo)
      .execute();
    if (rows.length !== upTo - after) return undefined;
    const records = rows.map(({ parts }): ChangeRecord => fromText(parts));
    return records.includes(undefined) ? undefined : records.flatMap((record) => record ?? []);
  }
}

/** Remembers what a version changed and forgets what is too old. */
export async function recordChange(
  db: Kysely<Schema>,
  change: { readonly version: number; readonly record: ChangeRecord },
): Promise<void> {
  const parts = change.record === undefined ? "" : JSON.stringify(change.record);
  await db.insertInto("changes").values({ version: change.version, parts }).execute();
  await db
    .deleteFrom("changes")
    .where("version", "<=", change.version - kept)
    .execute();
}

/** Written by `recordChange`; empty: anything. JSON leaves out what is undefined. */
function fromText(text: string): ChangeRecord {
  if (text === "") return undefined;
  const changes: readonly (Pick<OrgChange, "orgId"> & Partial<OrgChange>)[] = JSON.parse(text);
  return changes.map(({ orgId, parts }) => ({ orgId, parts }));
}
