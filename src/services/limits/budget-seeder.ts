import { toPenstockError } from "../../errors/penstock-error.ts";
import { periodAt } from "../../limits/budget-period.ts";
import type { Gauge } from "../../limits/gauge.ts";
import { limitRule, microUsd } from "../../limits/limit-rule.ts";
import type { Demand, LimitStore, Seed } from "../../limits/limit-store.ts";
import type { LimitSubject } from "../../plane/limit-config.ts";
import type { Snapshot } from "../../plane/snapshot.ts";
import type { SpentQuery } from "../ledger/spent-since.ts";
import type { ServiceLogEntry } from "../service-context.ts";

/** Tells the store of limits what the ledger says was spent, so that budgets survive restarts and begin in mid-period. */
export interface BudgetSeeder {
  /** Seeds what is new in this snapshot. */
  follow(snapshot: Snapshot): void;
  /** Undefined when the store knows what was spent of the budgets among them; rejects with `storage_unavailable` when that cannot be found out. */
  seeded(orgId: string, demands: readonly Demand[]): Promise<void> | undefined;
  /** Seeds everything anew, and lets calls wait for it: the store has lost its memory. */
  refresh(): Promise<void>;
  close(): void;
}

export interface BudgetSeederParts {
  readonly store: Pick<LimitStore, "seed">;
  readonly spentSince: (query: SpentQuery) => Promise<ReadonlyMap<string, number>>;
  readonly log: (entry: ServiceLogEntry) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds between two refreshes; five minutes by default. */
  readonly refreshMs?: number;
}

/** One budget of a subject. */
interface Budget {
  readonly subject: LimitSubject;
  readonly gauge: Gauge;
}

/** Seeds each org's budgets when they first appear, and all of them from time to time. */
export function createBudgetSeeder(parts: BudgetSeederParts): BudgetSeeder {
  const { store, spentSince, log, now, refreshMs = 300_000 } = parts;
  let budgets = new Map<string, readonly Budget[]>();
  const known = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const timer = setInterval(() => void renew(), refreshMs);
  timer.unref();

  async function seed(orgId: string): Promise<void> {
    const at = now();
    const due = budgets.get(orgId) ?? [];
    const sums = new Map<string, Promise<ReadonlyMap<string, number>>>();
    const seeds = await Promise.all(
      due.map(async ({ subject, gauge }): Promise<Seed> => {
        const from = periodAt(gauge.period ?? "day", at).startsAt;
        const name = `${subject.kind} ${from}`;
        const sum = sums.get(name) ?? spentSince({ orgId, by: subject.kind, from });
        sums.set(name, sum);
        const { counter, endsAt = at } = gauge.countAt(at);
        return { counter, spent: microUsd((await sum).get(idOf(orgId, subject)) ?? 0), endsAt };
      }),
    );
    await store.seed(seeds);
    for (const { counter } of seeds) known.add(counter);
    // In a period that begins before the next look nothing can have been spent yet.
    for (const { gauge } of due) known.add(gauge.countAt(at + 2 * refreshMs).counter);
  }

  /** One at a time for each org: who comes meanwhile waits for the same. */
  function once(orgId: string): Promise<void> {
    const known = running.get(orgId);
    if (known !== undefined) return known;
    const seeding = seed(orgId).finally(() => running.delete(orgId));
    running.set(orgId, seeding);
    return seeding;
  }

  async function seedFor(orgId: string, demands: readonly Demand[]): Promise<void> {
    await once(orgId);
    // A call may still go by a limit that the newest snapshot has no more.
    for (const { kind, counter } of demands) if (kind === "budget") known.add(counter);
  }

  /** Nobody waits for it: what is known stays known meanwhile. */
  async function renew(): Promise<void> {
    for (const counter of known) if (!isCurrent(counter)) known.delete(counter);
    for (const orgId of budgets.keys()) {
      await once(orgId).catch((error: unknown) => {
        log({
          level: "warn",
          event: "budgets_not_seeded",
          fields: { org: orgId },
          cause: toPenstockError(error),
        });
      });
    }
  }

  /** Counters of periods that are over would pile up. */
  function isCurrent(counter: string): boolean {
    const day = periodAt("day", now()).name;
    const name = counter.slice(counter.lastIndexOf(".") + 1);
    return name >= day.slice(0, name.length);
  }

  return {
    follow(snapshot) {
      budgets = budgetsOf(snapshot);
      const at = now();
      for (const [orgId, due] of budgets) {
        if (due.every(({ gauge }) => known.has(gauge.countAt(at).counter))) continue;
        once(orgId).catch(() => {
          // The first call that needs it tries again, and is told.
        });
      }
    },
    seeded(orgId, demands) {
      // Asked by every call with a budget, of which all but the first find it known.
      for (const { kind, counter } of demands)
        if (kind === "budget" && !known.has(counter)) return seedFor(orgId, demands);
      return undefined;
    },
    refresh() {
      known.clear();
      return renew();
    },
    close: () => clearInterval(timer),
  };
}

function budgetsOf({ orgs }: Snapshot): Map<string, readonly Budget[]> {
  const all = new Map<string, readonly Budget[]>();
  for (const { id, limits = [] } of orgs) {
    const due = limits.flatMap((config) =>
      limitRule(id, config).gauges.flatMap((gauge) =>
        gauge.kind === "budget" ? [{ subject: config.subject, gauge }] : [],
      ),
    );
    if (due.length > 0) all.set(id, due);
  }
  return all;
}

/** How `spentSince` names a subject. */
function idOf(orgId: string, subject: LimitSubject): string {
  switch (subject.kind) {
    case "org":
      return orgId;
    case "provider":
    case "key":
      return subject.id;
    case "agent":
      return subject.agent;
    case "agent_role":
      return `${subject.agent}\0${subject.role}`;
  }
}
