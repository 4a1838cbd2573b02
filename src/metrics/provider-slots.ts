import type { ProviderStatus, Snapshot } from "../plane/snapshot.ts";

/** Providers that have series of their own; those beyond share one. */
export const maxProviders = 200;

/** What a series says of a provider: ids of ours and names of drivers, never what a tenant chose. */
export interface ProviderLabels {
  readonly provider: string;
  readonly driver: string;
}

/** No provider was chosen. */
export const noProvider: ProviderLabels = { provider: "none", driver: "none" };
const otherProvider = "other";

/** Gives each provider of the running configuration its labels, and no other provider any. */
export class ProviderSlots {
  #drivers: ReadonlyMap<string, string> = new Map();
  readonly #labels = new Map<string, ProviderLabels>();
  /** Of providers without a slot, by driver: the same object each time, for whoever finds series by it. */
  readonly #others = new Map<string, ProviderLabels>();
  #statuses: ReadonlyMap<ProviderStatus, number> = new Map();

  /** Slots of providers that are gone become free; `gone` is told of each. */
  follow(snapshot: Snapshot, gone: (provider: string) => void): void {
    const drivers = new Map<string, string>();
    const statuses = new Map<ProviderStatus, number>();
    for (const org of snapshot.orgs) {
      for (const { id, driver, status } of org.providers) {
        drivers.set(id, driver);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
    for (const id of this.#labels.keys()) {
      if (drivers.has(id)) continue;
      this.#labels.delete(id);
      gone(id);
    }
    this.#drivers = drivers;
    this.#statuses = statuses;
  }

  /** Slots are given to providers as calls come for them. */
  labelsOf(providerId: string | undefined): ProviderLabels {
    if (providerId === undefined) return noProvider;
    const known = this.#labels.get(providerId);
    if (known !== undefined) return known;
    const driver = this.#drivers.get(providerId);
    // Deleted while its call was under way.
    if (driver === undefined) return this.#otherOf(otherProvider);
    if (this.#labels.size >= maxProviders) return this.#otherOf(driver);
    const labels = { provider: providerId, driver };
    this.#labels.set(providerId, labels);
    return labels;
  }

  /** Providers of the running configuration by their status. */
  statuses(): ReadonlyMap<ProviderStatus, number> {
    return this.#statuses;
  }

  #otherOf(driver: string): ProviderLabels {
    let labels = this.#others.get(driver);
    if (labels === undefined) {
      labels = { provider: otherProvider, driver };
      this.#others.set(driver, labels);
    }
    return labels;
  }
}
