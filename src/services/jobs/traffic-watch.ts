import type { ProviderStatus, Snapshot } from "../../plane/snapshot.ts";
import type { UsageRecord, UsageSink } from "../../plane/usage-record.ts";
import type { ServiceContext } from "../service-context.ts";
import { recordTraffic } from "./record-traffic.ts";
import type { Sighting } from "./sighting.ts";
import { type TrafficVerdict, verdictOf } from "./traffic-verdict.ts";

/** A provider that is as it was is written down this often at most. */
const calmMs = 10_000;
/** One that may not be is written down at once, and then this often at most. */
const urgentMs = 500;

/** Stands before the ledger and takes every call for a probe of its provider. Costs a call one look-up. */
export class TrafficWatch implements UsageSink {
  readonly #ctx: ServiceContext;
  readonly #next: UsageSink;
  readonly #sightings = new Map<string, Sighting>();
  #statuses: ReadonlyMap<string, ProviderStatus> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #flushing: Promise<void> = Promise.resolve();

  constructor(ctx: ServiceContext, next: UsageSink) {
    this.#ctx = ctx;
    this.#next = next;
  }

  /** The statuses as they are now; what contradicts them is written at once. */
  follow(snapshot: Snapshot): void {
    const providers = snapshot.orgs.flatMap((org) => org.providers);
    this.#statuses = new Map(providers.map(({ id, status }) => [id, status]));
    for (const id of this.#sightings.keys()) if (!this.#statuses.has(id)) this.#sightings.delete(id);
  }

  add(record: UsageRecord): void {
    this.#next.add(record);
    const verdict = verdictOf(record);
    const status = this.#statuses.get(record.providerId ?? "");
    if (verdict === undefined || status === undefined) return;
    const seen = this.#note(record, verdict);
    const contradicts = (verdict === "answered") !== (status === "available");
    const dueAt = seen.writtenAt + (contradicts ? urgentMs : calmMs);
    if (seen.dueAt !== undefined && seen.dueAt <= dueAt) return;
    seen.dueAt = dueAt;
    this.#wakeAt(dueAt);
  }

  /** Writes what is due, all in one transaction. A failure is logged; the next call tells it again. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async close(): Promise<void> {
    this.#statuses = new Map();
    await this.flush();
    // For what is not due yet, it was set anew.
    clearTimeout(this.#timer);
  }

  #note(record: UsageRecord, verdict: TrafficVerdict): Sighting {
    const { orgId, providerId = "", startedAt } = record;
    let seen = this.#sightings.get(providerId);
    if (seen === undefined) {
      seen = { orgId, providerId, verdict, times: 0, startedAt, dueAt: undefined, writtenAt: 0 };
      this.#sightings.set(providerId, seen);
    }
    if (seen.verdict !== verdict || seen.dueAt === undefined) {
      Object.assign(seen, { verdict, times: 0, startedAt });
    }
    seen.times++;
    seen.startedAt = Math.max(seen.startedAt, startedAt);
    return seen;
  }

  #wakeAt(at: number): void {
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => void this.flush(), Math.max(0, at - this.#ctx.now()));
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#ctx.now();
    const due = [...this.#sightings.values()].filter(({ dueAt }) => dueAt !== undefined && dueAt <= now);
    const sightings = due.map((seen) => ({ ...seen }));
    for (const seen of due) Object.assign(seen, { dueAt: undefined, writtenAt: now });
    const waiting = [...this.#sightings.values()].flatMap(({ dueAt }) => dueAt ?? []);
    if (waiting.length > 0) this.#wakeAt(Math.min(...waiting));
    if (sightings.length === 0) return;
    try {
      await recordTraffic(this.#ctx, sightings);
    } catch (cause) {
      const fields = { providers: sightings.length };
      this.#ctx.log({ level: "warn", event: "traffic_not_recorded", fields, cause });
    }
  }
}
