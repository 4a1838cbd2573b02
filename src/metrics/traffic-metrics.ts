import type { Snapshot } from "../plane/snapshot.ts";
import type { UsageRecord, UsageSink } from "../plane/usage-record.ts";
import { AttemptCounts } from "./attempt-counts.ts";
import { bounds, Distribution } from "./distribution.ts";
import { ProviderSlots } from "./provider-slots.ts";
import { type OverheadSeries, ProviderSeries, type RequestSeries } from "./series.ts";

/**
 * Counts every call as its record passes on the way to the ledger. Plain numbers in maps: a call costs about a
 * microsecond, and the library that prints them is loaded by whoever asks. All labels come from sets that are bounded.
 */
export class TrafficMetrics implements UsageSink {
  readonly #next: UsageSink;
  readonly slots = new ProviderSlots();
  readonly attempts = new AttemptCounts(this.slots);
  readonly requests = new Map<string, RequestSeries>();
  readonly providers = new Map<string, ProviderSeries>();
  readonly overheads = new Map<string, OverheadSeries>();
  /** By driver, then code. */
  readonly errors = new Map<string, Map<string, number>>();
  /** By surface and action, e.g. `openai-chat dropped`. */
  readonly losses = new Map<string, number>();
  /** By code: calls that were refused before a record was opened. */
  readonly refusals = new Map<string, number>();

  constructor(next: UsageSink) {
    this.#next = next;
  }

  /** Providers that are gone take their series with them. */
  follow(snapshot: Snapshot): void {
    this.slots.follow(snapshot, (provider) => {
      this.attempts.forget(provider);
      for (const [key, { labels }] of this.requests) {
        if (labels.provider === provider) this.requests.delete(key);
      }
      for (const [key, { labels }] of this.providers) {
        if (labels.provider === provider) this.providers.delete(key);
      }
    });
  }

  refused(code: string): void {
    bump(this.refusals, code);
  }

  add(record: UsageRecord): void {
    this.#next.add(record);
    const labels = this.slots.labelsOf(record.providerId);
    const { provider, driver } = labels;
    const { surface, outcome, stream, protocol = "none" } = record;
    const status = `${Math.trunc(record.status / 100)}xx`;
    const key = `${provider} ${driver} ${surface} ${protocol} ${stream} ${outcome} ${status}`;
    let series = this.requests.get(key);
    if (series === undefined) {
      series = {
        labels: { ...labels, surface, protocol, stream: `${stream}`, outcome, status },
        requests: 0,
      };
      this.requests.set(key, series);
    }
    series.requests++;
    if (record.errorCode !== undefined) this.#countError(driver, record.errorCode);
    this.attempts.add(record);
    if (record.losses !== "") this.#countLosses(surface, record.losses);
    if (record.providerId !== undefined) this.#countUse(record);
    this.#countOverhead(record);
  }

  #countUse(record: UsageRecord): void {
    const labels = this.slots.labelsOf(record.providerId);
    const key = `${labels.provider} ${labels.driver}`;
    let series = this.providers.get(key);
    if (series === undefined) {
      series = new ProviderSeries(labels);
      this.providers.set(key, series);
    }
    const { usage, costUsd, costSource, timing, outcome } = record;
    const { tokens, shares } = series;
    tokens.input += usage.input;
    tokens.cache_read += usage.cacheRead;
    tokens.cache_write_5m += usage.cacheWrite5m;
    tokens.cache_write_1h += usage.cacheWrite1h;
    tokens.output += usage.output;
    shares.reasoning += usage.reasoning;
    shares.audio_input += usage.audioInput;
    shares.audio_output += usage.audioOutput;
    if (costUsd !== undefined && costSource !== "none") series.cost[costSource] += costUsd;
    if (record.usageEstimated) series.estimated++;
    const times = record.stream ? series.streams : series.wholes;
    times.duration.add(timing.total / 1e6);
    // Of a call that failed nobody knows whether it had a first byte.
    if (outcome === "completed") times.firstByte.add(timing.firstByte / 1e6);
  }

  #countOverhead({ surface, stream, passthrough, providerId, timing }: UsageRecord): void {
    if (providerId === undefined || timing.overhead === undefined) return;
    const path = passthrough ? "passthrough" : "translated";
    const key = `${surface} ${stream} ${path}`;
    let series = this.overheads.get(key);
    if (series === undefined) {
      const labels = { surface, stream: `${stream}`, path };
      series = { labels, overhead: new Distribution(bounds.overhead) };
      this.overheads.set(key, series);
    }
    series.overhead.add(timing.overhead / 1e6);
  }

  #countError(driver: string, code: string): void {
    let codes = this.errors.get(driver);
    if (codes === undefined) {
      codes = new Map();
      this.errors.set(driver, codes);
    }
    bump(codes, code);
  }

  /** `losses`: as the `x-penstock-loss` header says them. The fields in it are the client's words: only actions are kept. */
  #countLosses(surface: string, losses: string): void {
    for (const [, action] of losses.matchAll(/;action=(dropped|clamped|defaulted|emulated)/g)) {
      bump(this.losses, `${surface} ${action}`);
    }
  }
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
