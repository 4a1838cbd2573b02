import type { BudgetObserver } from "../../limits/budget-observer.ts";
import { type BudgetPeriod, periodAt } from "../../limits/budget-period.ts";
import type { Gauge } from "../../limits/gauge.ts";
import { limitRule } from "../../limits/limit-rule.ts";
import type { Demand } from "../../limits/limit-store.ts";
import type { LimitConfig } from "../../plane/limit-config.ts";
import type { OrgConfig, Snapshot } from "../../plane/snapshot.ts";
import type { ServiceContext } from "../service-context.ts";
import { recordEvent } from "./record-event.ts";

/** Percent of a budget at which somebody is told. */
export const thresholds = [50, 80, 100] as const;

interface Budget {
  readonly org: OrgConfig;
  readonly config: LimitConfig;
  readonly gauge: Gauge;
}

interface Crossing {
  readonly budget: Budget;
  readonly period: BudgetPeriod;
  readonly threshold: number;
  /** Micro-USD. */
  readonly spent: number;
}

const retryMs = 5_000;
/** More budgets than can cross in an outage of the storage. */
const mostWaiting = 10_000;

/**
 * Notices when a budget crosses 50, 80 and 100 percent, and writes it down as an event. Whoever notices the same elsewhere, or
 * again after a restart, makes no second one.
 */
export class BudgetWatch implements BudgetObserver {
  readonly #ctx: ServiceContext;
  /** Budgets by their counter without the period. */
  #budgets = new Map<string, Budget>();
  #orgs: readonly OrgConfig[] = [];
  /** How many thresholds a counter has passed. */
  readonly #passed = new Map<string, { count: number; readonly endsAt: number }>();
  #waiting: Crossing[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(ctx: ServiceContext) {
    this.#ctx = ctx;
  }

  /** The budgets as they are now. */
  follow({ orgs }: Snapshot): void {
    const same = orgs.length === this.#orgs.length && orgs.every((org, index) => org === this.#orgs[index]);
    this.#orgs = orgs;
    if (same) return;
    const budgets = new Map<string, Budget>();
    for (const org of orgs)
      for (const config of org.limits ?? [])
        for (const gauge of limitRule(org.id, config).gauges)
          if (gauge.period !== undefined)
            budgets.set(`${gauge.counter} ${gauge.period}`, { org, config, gauge });
    this.#budgets = budgets;
    const now = this.#ctx.now();
    for (const [counter, { endsAt }] of this.#passed) if (endsAt <= now) this.#passed.delete(counter);
  }

  charged(demand: Demand, spent: number): void {
    const { limit } = demand;
    if (spent * 2 < limit) return;
    this.#pass(demand, { count: spent >= limit ? 3 : spent * 10 >= limit * 8 ? 2 : 1, spent });
  }

  /** What is left may be too little for any call, and then all of it is never spent. */
  refused(demand: Demand, spent: number): void {
    if (spent * 10 >= demand.limit * 8) this.#pass(demand, { count: 3, spent });
  }

  /** Resolves when what was noticed is written, or could not be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #pass(demand: Demand, { count, spent }: { readonly count: number; readonly spent: number }): void {
    const passed = this.#passed.get(demand.counter);
    const before = passed?.count ?? 0;
    if (count <= before) return;
    const dot = demand.counter.lastIndexOf(".");
    const name = demand.counter.slice(dot + 1);
    const kind = name.length > "2026-11".length ? "day" : "month";
    const budget = this.#budgets.get(`${demand.counter.slice(0, dot)} ${kind}`);
    const { endsAt } = demand;
    if (budget === undefined || endsAt === undefined) return;
    this.#passed.set(demand.counter, { count, endsAt });
    const period = periodAt(kind, endsAt - 1);
    for (const threshold of thresholds.slice(before, count))
      if (this.#waiting.length < mostWaiting) this.#waiting.push({ budget, period, threshold, spent });
    this.#later(0);
  }

  #later(ms: number): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => void this.flush(), ms);
  }

  async #write(): Promise<void> {
    const crossings = this.#waiting;
    if (crossings.length === 0) return;
    this.#waiting = [];
    try {
      await this.#ctx.storage.change(async (writes) => {
        for (const crossing of crossings) await recordEvent(this.#ctx, writes, eventOf(crossing));
      });
    } catch (cause) {
      this.#waiting = [...crossings, ...this.#waiting];
      const fields = { budgets: crossings.length };
      this.#ctx.log({ level: "warn", event: "budget_warnings_delayed", fields, cause });
      this.#later(retryMs);
    }
  }
}

function eventOf({ budget, period, threshold, spent }: Crossing) {
  const { org, config, gauge } = budget;
  return {
    orgId: org.id,
    type: "budget.threshold_reached",
    occasion: `budget ${config.id} ${period.name} ${threshold}`,
    data: {
      org: { id: org.id, name: org.name },
      limit_id: config.id,
      subject: subjectOf(config, org),
      threshold_percent: threshold,
      budget_usd: gauge.limit / 1e6,
      spent_usd: spent / 1e6,
      period: {
        kind: period.kind,
        name: period.name,
        starts_at: new Date(period.startsAt).toISOString(),
        ends_at: new Date(period.endsAt).toISOString(),
      },
    },
  } as const;
}

/** With the name of what an id means, as it is now. */
function subjectOf({ subject }: LimitConfig, org: OrgConfig) {
  if (subject.kind !== "key" && subject.kind !== "provider") return subject;
  const all: readonly { readonly id: string; readonly name: string }[] =
    subject.kind === "key" ? org.keys : org.providers;
  const name = all.find(({ id }) => id === subject.id)?.name;
  return { ...subject, ...(name !== undefined && { name }) };
}
