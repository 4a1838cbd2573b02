import type { UsageRecord } from "../../plane/usage-record.ts";
import type { UsageDimension } from "../../storage/ledger/usage-query.ts";
import type { LedgerStore } from "../../storage/storage.ts";
import type { LedgerWriter } from "./writer.ts";

export interface SpentQuery {
  readonly orgId: string;
  readonly by: "org" | "provider" | "key" | "agent" | "agent_role";
  /** Milliseconds since the epoch; taken down to its hour. */
  readonly from: number;
}

/** What the figures are made of. */
export interface SpentParts {
  readonly store: Pick<LedgerStore, "sum">;
  readonly ledger: Pick<LedgerWriter, "flush" | "waiting">;
  /** What dead processes left behind is in the database then, as far as that is possible. */
  readonly recovered: Promise<void>;
}

const hourMs = 3_600_000;
const everything = 1_000_000;
const dimensions: Readonly<Record<SpentQuery["by"], readonly UsageDimension[]>> = {
  org: [],
  provider: ["provider"],
  key: ["key"],
  agent: ["agent"],
  agent_role: ["agent", "agent_role"],
};

/**
 * USD spent since `from`, by id (of an agent's role: agent, NUL, role), including what is not in the database yet. Never less
 * than was metered; what is written while it is asked for may count twice. Throws `storage_unavailable`.
 */
export async function spentSince(parts: SpentParts, query: SpentQuery): Promise<ReadonlyMap<string, number>> {
  const from = query.from - (query.from % hourMs);
  await parts.recovered;
  await parts.ledger.flush().catch(() => {});
  const spent = new Map<string, number>();
  const add = (id: string, usd: number) => spent.set(id, (spent.get(id) ?? 0) + usd);
  // First what waits: what is written meanwhile is then seen twice, not overlooked.
  for (const record of parts.ledger.waiting()) {
    if (record.orgId !== query.orgId || record.startedAt < from || !record.costUsd) continue;
    const id = idOf(record, query.by);
    if (id !== undefined) add(id, record.costUsd);
  }
  const groupBy = dimensions[query.by];
  const rows = await parts.store.sum({
    ...{ orgId: query.orgId, from, to: undefined, groupBy, filter: {}, after: undefined, limit: everything },
    sort: { by: "group", descending: false },
  });
  for (const { group, ...sums } of rows) {
    if (groupBy.length > 0 && group.includes("")) continue;
    const { costReportedUsd, costComputedUsd, costListedUsd, costEstimatedUsd } = sums;
    const id = groupBy.length === 0 ? query.orgId : group.join("\0");
    add(id, costReportedUsd + costComputedUsd + costListedUsd + costEstimatedUsd);
  }
  return spent;
}

function idOf(record: UsageRecord, by: SpentQuery["by"]): string | undefined {
  switch (by) {
    case "org":
      return record.orgId;
    case "provider":
      return record.providerId;
    case "key":
      return record.keyId;
    case "agent":
      return record.agent;
    case "agent_role":
      return record.agent && record.agentRole && `${record.agent}\0${record.agentRole}`;
  }
}
