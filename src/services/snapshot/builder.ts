import type { OrgConfig, Snapshot } from "../../plane/snapshot.ts";
import type { OrgChange } from "../../storage/records/change-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { ServiceContext } from "../service-context.ts";
import { OrgState } from "./org-state.ts";
import { readAllRows, readChangedRows, type SnapshotRows } from "./read-rows.ts";
import { toKeyConfig, toProviderConfig } from "./to-configs.ts";
import { toLimitConfig } from "./to-limit-config.ts";
import { toRouteConfig } from "./to-route-config.ts";

/**
 * Builds one snapshot after the other, each from what changed since the one before: all that did not is taken over, the
 * same objects. Reads everything at first, and when it does not know what changed.
 */
export class SnapshotBuilder {
  readonly #ctx: ServiceContext;
  #states = new Map<string, OrgState>();
  #orgs = new Map<string, OrgConfig>();
  #snapshot: Snapshot | undefined;

  constructor(ctx: ServiceContext) {
    this.#ctx = ctx;
  }

  /** Not to be called again before it is over. Throws what the storage throws, and `kek_unavailable`. */
  async build(): Promise<Snapshot> {
    const { storage, vault } = this.#ctx;
    const rows = await storage.consistently((reads) => this.#read(reads));
    if (rows === undefined && this.#snapshot !== undefined) return this.#snapshot;
    if (rows === undefined) throw new RangeError("nothing was read for the first snapshot");
    await vault.ensure(
      rows.credentials.map(({ sealed }) => sealed),
      storage.reads.masterKeys,
    );
    this.#apply(rows);
    const orgs = [...this.#orgs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#snapshot = { version: rows.version, orgs };
    return this.#snapshot;
  }

  /** Undefined: nothing to do. */
  async #read(reads: Reads): Promise<SnapshotRows | undefined> {
    if (this.#snapshot === undefined) return readAllRows(reads);
    const version = await reads.instance.version();
    const changes = await reads.changes.between(this.#snapshot.version, version);
    if (changes === undefined) return readAllRows(reads);
    const changed = [...changes, ...this.#unreadable()];
    return changed.length === 0 ? undefined : readChangedRows(reads, version, changed);
  }

  #unreadable(): OrgChange[] {
    return [...this.#states].flatMap(([orgId, state]) => {
      const providers = state.unreadable();
      return providers.length === 0 ? [] : [{ orgId, parts: { providers, keys: [] } }];
    });
  }

  #apply(rows: SnapshotRows): void {
    if (rows.changed === undefined) {
      this.#states = new Map();
      this.#orgs = new Map();
    }
    for (const change of rows.changed ?? []) this.#forget(change);
    const orgs = new Set(rows.orgs.map(({ id }) => id));
    this.#fill(rows);
    for (const org of rows.orgs) this.#orgs.set(org.id, this.#stateOf(org.id).toConfig(org));
    for (const { orgId } of rows.changed ?? []) {
      if (orgs.has(orgId)) continue;
      this.#orgs.delete(orgId);
      this.#states.delete(orgId);
    }
  }

  #forget({ orgId, parts }: OrgChange): void {
    if (parts === undefined) {
      this.#states.delete(orgId);
      return;
    }
    const state = this.#stateOf(orgId);
    for (const id of parts.providers) state.removeProvider(id);
    for (const id of parts.keys) state.removeKey(id);
    for (const id of parts.routes ?? []) state.removeRoute(id);
    for (const id of parts.limits ?? []) state.removeLimit(id);
  }

  #fill(rows: SnapshotRows): void {
    const credentials = Map.groupBy(rows.credentials, (credential) => credential.providerId);
    const models = Map.groupBy(rows.models, (model) => model.providerId);
    // A change of prices is one of the whole org, so that its state has all of them.
    for (const price of rows.prices) this.#stateOf(price.orgId).prices.push(price);
    for (const provider of rows.providers) {
      if (!provider.enabled) continue;
      const parts = {
        prices: this.#stateOf(provider.orgId).prices,
        credentials: credentials.get(provider.id) ?? [],
        models: models.get(provider.id) ?? [],
      };
      this.#stateOf(provider.orgId).setProvider(toProviderConfig(this.#ctx, provider, parts));
    }
    for (const key of rows.keys) this.#stateOf(key.orgId).setKey(toKeyConfig(key));
    for (const limit of rows.limits) this.#stateOf(limit.orgId).setLimit(toLimitConfig(limit));
    for (const route of rows.routes) this.#stateOf(route.orgId).setRoute(toRouteConfig(route));
  }

  #stateOf(orgId: string): OrgState {
    let state = this.#states.get(orgId);
    if (state === undefined) {
      state = new OrgState();
      this.#states.set(orgId, state);
    }
    return state;
  }
}
