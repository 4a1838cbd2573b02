import type { LimitConfig } from "../../plane/limit-config.ts";
import type { RouteConfig } from "../../plane/route-config.ts";
import type { KeyConfig, OrgConfig, ProviderConfig } from "../../plane/snapshot.ts";
import type { OrgRecord } from "../../storage/records/org-record.ts";
import type { PriceRecord } from "../../storage/records/price-record.ts";

/** The parts of one org as they were last built. What did not change keeps its identity, which is how others tell. */
export class OrgState {
  readonly #providers = new Map<string, ProviderConfig>();
  readonly #keys = new Map<string, KeyConfig>();
  readonly #routes = new Map<string, RouteConfig>();
  readonly #limits = new Map<string, LimitConfig>();
  /** Not told to the data plane: they are in the prices of the models. */
  readonly prices: PriceRecord[] = [];

  setProvider(config: ProviderConfig): void {
    this.#providers.set(config.id, config);
  }

  removeProvider(id: string): void {
    this.#providers.delete(id);
  }

  setKey(config: KeyConfig): void {
    this.#keys.set(config.id, config);
  }

  removeKey(id: string): void {
    this.#keys.delete(id);
  }

  setRoute(config: RouteConfig): void {
    this.#routes.set(config.id, config);
  }

  removeRoute(id: string): void {
    this.#routes.delete(id);
  }

  setLimit(config: LimitConfig): void {
    this.#limits.set(config.id, config);
  }

  removeLimit(id: string): void {
    this.#limits.delete(id);
  }

  /** Providers whose credential could not be opened; it may be one that can be by now. */
  unreadable(): readonly string[] {
    return [...this.#providers.values()].flatMap(({ id, credential }) =>
      credential === undefined ? [id] : [],
    );
  }

  toConfig(org: OrgRecord): OrgConfig {
    return {
      id: org.id,
      name: org.name,
      defaultModel: org.defaultModel,
      defaultEmbeddingModel: org.settings.defaultEmbeddingModel,
      contentRetentionMs: org.settings.contentRetentionDays && org.settings.contentRetentionDays * 86_400_000,
      allowedHosts: org.settings.allowedHosts,
      providers: [...this.#providers.values()].sort(byId),
      keys: [...this.#keys.values()],
      routes: [...this.#routes.values()].sort(byId),
      limits: [...this.#limits.values()].sort(byId),
    };
  }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
