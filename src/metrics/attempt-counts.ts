import type { AttemptRecord, UsageRecord } from "../plane/usage-record.ts";
import type { ProviderLabels, ProviderSlots } from "./provider-slots.ts";

/** One count of one provider. */
export interface AttemptCount {
  readonly labels: ProviderLabels & { readonly what: string };
  count: number;
}

/** What becomes of the calls of vendors, of which a request may need several; by provider. */
export class AttemptCounts {
  readonly #slots: ProviderSlots;
  /** The same counts as below, found without building a key. */
  readonly #found = new Map<ProviderLabels, AttemptCount[]>();
  /** By how they ended. */
  readonly calls = new Map<string, AttemptCount>();
  /** Requests that went on to another target, `hedge`s that another target was faster than, circuits that opened. */
  readonly turns = new Map<string, AttemptCount>();

  constructor(slots: ProviderSlots) {
    this.#slots = slots;
  }

  add({ attempts, outcome }: UsageRecord): void {
    if (attempts === undefined) return;
    for (const attempt of attempts) this.#call(attempt);
    if (attempts.length > 1) this.#addTurns(attempts, outcome);
  }

  circuitOpened(providerId: string): void {
    this.#bump(this.turns, providerId, "circuit_open");
  }

  /** Providers that are gone take their counts with them. */
  forget(provider: string): void {
    this.#found.clear();
    for (const counts of [this.calls, this.turns])
      for (const [key, { labels }] of counts) if (labels.provider === provider) counts.delete(key);
  }

  #call({ providerId, outcome }: AttemptRecord): void {
    const labels = this.#slots.labelsOf(providerId);
    let found = this.#found.get(labels);
    if (found === undefined) {
      found = [];
      this.#found.set(labels, found);
    }
    for (const known of found) {
      if (known.labels.what !== outcome) continue;
      known.count++;
      return;
    }
    found.push(this.#bump(this.calls, providerId, outcome));
  }

  #addTurns(attempts: readonly AttemptRecord[], outcome: UsageRecord["outcome"]): void {
    attempts.forEach((attempt, index) => {
      const next = attempts[index + 1];
      // Of a client that left every call was cancelled.
      if (attempt.outcome === "cancelled" && outcome === "completed")
        this.#bump(this.turns, attempt.providerId, "hedge");
      else if (next !== undefined && (next.providerId !== attempt.providerId || next.model !== attempt.model))
        this.#bump(this.turns, attempt.providerId, "fallback");
    });
  }

  #bump(counts: Map<string, AttemptCount>, providerId: string, what: string): AttemptCount {
    const labels = this.#slots.labelsOf(providerId);
    const key = `${labels.provider} ${labels.driver} ${what}`;
    let count = counts.get(key);
    if (count === undefined) {
      count = { labels: { ...labels, what }, count: 0 };
      counts.set(key, count);
    }
    count.count++;
    return count;
  }
}
