import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** How many models a provider has. */
export interface ModelCounts {
  readonly total: number;
  readonly enabled: number;
  /** No longer listed by the vendor. */
  readonly stale: number;
  /** Discovered since the last review, and still disabled. */
  readonly new: number;
}

export const noModels: ModelCounts = { total: 0, enabled: 0, stale: 0, new: 0 };

const batch = 500;

/** Counts by provider id; a provider without models is missing. */
export async function countModels(
  db: Kysely<Schema>,
  providerIds: readonly string[],
): Promise<ReadonlyMap<string, ModelCounts>> {
  const counts = new Map<string, ModelCounts>();
  // Bounded so that a long list stays below the engines' limits on parameters.
  for (let start = 0; start < providerIds.length; start += batch) {
    const rows = await db
      .selectFrom("models")
      .innerJoin("providers", "providers.id", "models.provider_id")
      .select((build) => [
        "models.provider_id as id",
        build.fn.countAll<number>().as("total"),
        build.fn.sum<number>("models.enabled").as("enabled"),
        build.fn.sum<number>("models.stale").as("stale"),
        build.fn
          .sum<number>(
            build
              .case()
              .when(
                build.and([
                  build("models.enabled", "=", 0),
                  build("models.source", "=", "discovered"),
                  build("models.created_at", ">", build.ref("providers.models_reviewed_at")),
                ]),
              )
              .then(1)
              .else(0)
              .end(),
          )
          .as("new"),
      ])
      .where("models.provider_id", "in", providerIds.slice(start, start + batch))
      .groupBy("models.provider_id")
      .execute();
    for (const row of rows) {
      const { id, ...sums } = row;
      counts.set(id, {
        total: Number(sums.total),
        enabled: Number(sums.enabled),
        stale: Number(sums.stale),
        new: Number(sums.new),
      });
    }
  }
  return counts;
}
