import type { Snapshot } from "../plane/snapshot.ts";
import type { UsageRecord, UsageSink } from "../plane/usage-record.ts";
import { AttemptCounts } from "./attempt-counts.ts";
import { type CallKind, CallKinds } from "./call-kinds.ts";
import { bounds, Distribution } from "./distribution.ts";
import { type ProviderLabels, ProviderSlots } from "./provider-slots.ts";
import { type OverheadSeries, ProviderSeries, type RequestSeries } from "./series.ts";

/**
 * Counts every call as its record passes on the way to the ledger. Plain numbers in maps: a call costs about a
 * microsecond, and the library that prints them is loaded by whoever asks. All labels come from sets that are bounded.
 */
export class TrafficMetrics implements UsageSink {
  readonly #next: UsageSink;
  readonly slots = new ProviderSlots();
  readonly attempts = new AttemptCounts(this.slots);
  /** The series below by what calls have in common, so that no key is built for each call. */
  readonly #kinds = new CallKinds();
  readonly requests = new Map<string, RequestSeries>();
  readonly providers = new Map<string, ProviderSeries>();
  readonly overheads = new Map<string, OverheadSeries>();
  /** By driver, then code. */
  readonly errors = new Map<string, Map<string, number>>();
  /** By surface, then action. */
  readonly losses = new Map<string, Map<string, number>>();
  /** By code: calls that were refused before a record was opened. */
  readonly refusals = new Map<string, number>();

  constructor(next: UsageSink) {
    this.#next = next;
  }

  /** Providers that are gone take their series with them. */
  follow(snapshot: Snapshot): void {
    this.#kinds.clear();
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
    const kind = this.#kinds.find(labels, record) ?? this.#addKind(labels, record);
    kind.requests.requests++;
    if (record.errorCode !== undefined) bumpIn(this.errors, labels.driver, record.errorCode);
    this.attempts.add(record);
    if (record.losses !== "") this.#countLosses(record.surface, record.losses);
    if (kind.provider === undefined) return;
    countUse(kind.provider, record);
    const { overhead } = record.timing;
    if (overhead === undefined) return;
    kind.overhead ??= this.#overheadOf(record);
    kind.overhead.overhead.add(overhead / 1e6);
  }

  #addKind(labels: ProviderLabels, record: UsageRecord): CallKind {
    const { surface, outcome, stream, protocol, passthrough, providerId } = record;
    const isChosen = providerId !== undefined;
    const kind = {
      ...{ surface, protocol, stream, passthrough, outcome, hundreds: Math.trunc(record.status / 100) },
      requests: this.#requestsOf(labels, record),
      provider: isChosen ? this.#providerOf(labels) : undefined,
      overhead: undefined,
    };
    this.#kinds.add(labels, kind);
    return kind;
  }

  #requestsOf(labels: ProviderLabels, record: UsageRecord): RequestSeries {
    const { surface, outcome, stream, protocol = "none" } = record;
    const status = `${Math.trunc(record.status / 100)}xx`;
    const key = `${labels.provider} ${labels.driver} ${surface} ${protocol} ${stream} ${outcome} ${status}`;
    let series = this.requests.get(key);
    if (series === undefined) {
      const told = { ...labels, surface, protocol, stream: `${stream}`, outcome, status };
      series = { labels: told, requests: 0 };
      this.requests.set(key, series);
    }
    return series;
  }

  #providerOf(labels: ProviderLabels): ProviderSeries {
    const key = `${labels.provider} ${labels.driver}`;
    let series = this.providers.get(key);
    if (series === undefined) {
      series = new ProviderSeries(labels);
      this.providers.set(key, series);
    }
    return series;
  }

  #overheadOf({ surface, stream, passthrough }: UsageRecord): OverheadSeries {
    const path = passthrough ? "passthrough" : "translated";
    const key = `${surface} ${stream} ${path}`;
    let series = this.overheads.get(key);
    if (series === undefined) {
      const labels = { surface, stream: `${stream}`, path };
      series = { labels, overhead: new Distribution(bounds.overhead) };
      this.overheads.set(key, series);
    }
    return series;
  }

  /** `losses`: as the `x-penstock-loss` header says them. The fields in it are the client's words: only actions are kept. */
  #countLosses(surface: string, losses: string): void {
    // Searched by word: a pattern would make a handful of objects a match.
    for (const { action, word } of lossActions) {
      for (let at = losses.indexOf(word); at >= 0; at = losses.indexOf(word, at + word.length)) {
        bumpIn(this.losses, surface, action);
      }
    }
  }
}

function countUse(series: ProviderSeries, record: UsageRecord): void {
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

const lossActions = ["dropped", "clamped", "defaulted", "emulated"].map((action) => ({
  action,
  word: `;action=${action}`,
}));

function bumpIn(groups: Map<string, Map<string, number>>, group: string, key: string): void {
  let counts = groups.get(group);
  if (counts === undefined) {
    counts = new Map();
    groups.set(group, counts);
  }
  bump(counts, key);
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
