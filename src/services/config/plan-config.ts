import type { Origin } from "../../storage/records/origin.ts";
import {
  compareKeys,
  compareLimits,
  comparePrices,
  compareProviders,
  compareRoutes,
} from "./compare-fields.ts";
import type { ConfigPlan, ConfigStep, FieldChange, StepAction, StepKind } from "./config-plan.ts";
import type { CurrentModel, CurrentOrg, DesiredOrg, RouteState } from "./config-state.ts";
import { foldTarget } from "./fold-target.ts";

/** Something the file declares that somebody else manages. */
export interface OwnerConflict extends Thing {
  readonly org: string;
  readonly owner: string;
}

export interface PlanInput {
  /** Who the file is, e.g. `file:penstock.yaml`. */
  readonly origin: Origin;
  readonly desired: readonly DesiredOrg[];
  /** Every org the file may touch, also those it no longer names. */
  readonly current: readonly CurrentOrg[];
}

/**
 * What must be done so that the database says what the file says: pure, and empty of changes when it already does.
 * What the file declared before and no longer does is deleted. Conflicts are returned, not thrown, so that all are named.
 */
export function planConfig({ origin, desired, current }: PlanInput): {
  readonly plan: ConfigPlan;
  readonly conflicts: readonly OwnerConflict[];
} {
  const planner = new Planner(origin);
  const named = new Set(desired.map(({ name }) => fold(name)));
  for (const org of current) {
    if (!named.has(fold(org.name))) planner.org({ ...nothing, name: org.name }, org);
  }
  for (const org of desired) planner.org(org, find(current, org.name));
  return { plan: { steps: planner.steps }, conflicts: planner.conflicts };
}

const nothing = { defaultModel: undefined, providers: [], routes: [], keys: [], limits: [], prices: [] };

class Planner {
  readonly steps: ConfigStep[] = [];
  readonly conflicts: OwnerConflict[] = [];
  readonly #origin: Origin;
  #org = "";

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  org(desired: DesiredOrg, current: CurrentOrg | undefined): void {
    this.#org = current?.name ?? desired.name;
    if (!current) this.#step("create", { kind: "org", name: this.#org });
    for (const limit of current?.limits ?? []) {
      if (limit.origin === this.#origin && !find(desired.limits, limit.name))
        this.#step("delete", { kind: "limit", name: limit.name });
    }
    for (const price of current?.prices ?? []) {
      if (price.origin === this.#origin && !find(desired.prices, price.name))
        this.#step("delete", { kind: "price", name: price.name });
    }
    for (const route of current?.routes ?? []) {
      if (route.origin === this.#origin && !find(desired.routes, route.name))
        this.#step("delete", { kind: "route", name: route.name });
    }
    for (const provider of current?.providers ?? []) {
      const wanted = find(desired.providers, provider.name);
      if (provider.origin === this.#origin && wanted?.driver !== provider.driver) {
        this.#step("delete", { kind: "provider", name: provider.name });
      }
    }
    for (const key of current?.keys ?? []) {
      if (key.origin === this.#origin && !find(desired.keys, key.name))
        this.#step("delete", { kind: "key", name: key.name });
    }
    for (const provider of desired.providers) this.#provider(provider, current);
    for (const route of desired.routes) this.#route(route, current);
    for (const key of desired.keys) this.#key(key, current);
    for (const limit of desired.limits) this.#limit(limit, current);
    for (const price of desired.prices) this.#price(price, current);
    this.#defaultModel(desired, current);
  }

  #provider(desired: DesiredOrg["providers"][number], org: CurrentOrg | undefined): void {
    const found = find(org?.providers ?? [], desired.name);
    if (found && found.origin !== this.#origin) {
      this.#conflict({ kind: "provider", name: desired.name }, found.origin);
      return;
    }
    // Another driver is another account: the old provider goes, with its models, and a new one is made.
    const existing = found?.driver === desired.driver ? found : undefined;
    this.#apply(
      { kind: "provider", name: existing?.name ?? desired.name },
      {
        exists: existing !== undefined,
        changes: compareProviders(existing, desired),
      },
    );
    this.#models(desired, existing?.models ?? []);
  }

  #models(provider: DesiredOrg["providers"][number], current: readonly CurrentModel[]): void {
    for (const model of current) {
      if (model.origin === this.#origin && !provider.models.includes(model.wireId)) {
        this.#step("delete", { kind: "model", name: `${provider.name}/${model.wireId}` });
      }
    }
    for (const wireId of provider.models) {
      const name = `${provider.name}/${wireId}`;
      const found = current.find((model) => model.wireId === wireId);
      if (found && found.origin !== this.#origin && !found.discovered) {
        this.#conflict({ kind: "model", name: name }, found.origin);
        continue;
      }
      const changes: FieldChange[] = [];
      if (found && found.origin !== this.#origin) {
        changes.push({ field: "origin", before: found.origin, after: this.#origin });
      }
      if (found?.enabled !== true) {
        changes.push({ field: "enabled", before: found?.enabled ?? null, after: true });
      }
      this.#apply({ kind: "model", name }, { exists: found !== undefined, changes });
    }
  }

  #route(desired: RouteState, org: CurrentOrg | undefined): void {
    const existing = find(org?.routes ?? [], desired.name);
    if (existing && existing.origin !== this.#origin) {
      this.#conflict({ kind: "route", name: desired.name }, existing.origin);
      return;
    }
    const changes = compareRoutes(existing && this.#withoutDeleted(existing), desired);
    const name = existing?.name ?? desired.name;
    this.#apply({ kind: "route", name }, { exists: existing !== undefined, changes });
  }

  /** A model that this plan deletes and makes again is another one, which the route must be told. */
  #withoutDeleted(route: RouteState): RouteState {
    const deleted = this.steps.filter(({ action, org }) => action === "delete" && org === this.#org);
    const isDeleted = (model: string) =>
      deleted.some(({ kind, name }) => {
        if (kind === "provider") return model.startsWith(`${fold(name)}/`);
        return kind === "model" && foldTarget(name) === model;
      });
    const targets = route.targets.map((target) =>
      isDeleted(target.model) ? { ...target, model: `${target.model} (deleted)` } : target,
    );
    return { ...route, targets };
  }

  #key(desired: DesiredOrg["keys"][number], org: CurrentOrg | undefined): void {
    const existing = find(org?.keys ?? [], desired.name);
    if (existing && existing.origin !== this.#origin) {
      this.#conflict({ kind: "key", name: desired.name }, existing.origin);
      return;
    }
    this.#apply(
      { kind: "key", name: existing?.name ?? desired.name },
      {
        exists: existing !== undefined,
        changes: compareKeys(existing, desired),
      },
    );
  }

  #limit(desired: DesiredOrg["limits"][number], org: CurrentOrg | undefined): void {
    const existing = find(org?.limits ?? [], desired.name);
    if (existing && existing.origin !== this.#origin) {
      this.#conflict({ kind: "limit", name: desired.name }, existing.origin);
      return;
    }
    // A limit goes with its provider or key; another of the same name starts without.
    const isGone = this.steps.some(
      ({ action, org, kind, name }) =>
        action === "delete" && org === this.#org && fold(`${kind}/${name}`) === fold(desired.name),
    );
    const kept = isGone ? undefined : existing;
    const changes = compareLimits(kept, desired);
    this.#apply({ kind: "limit", name: kept?.name ?? desired.name }, { exists: kept !== undefined, changes });
  }

  #price(desired: DesiredOrg["prices"][number], org: CurrentOrg | undefined): void {
    const existing = find(org?.prices ?? [], desired.name);
    if (existing && existing.origin !== this.#origin) {
      this.#conflict({ kind: "price", name: desired.name }, existing.origin);
      return;
    }
    // A price goes with its provider; another of the same name starts without.
    const isGone = this.steps.some(
      ({ action, org, kind, name }) =>
        action === "delete" &&
        org === this.#org &&
        kind === "provider" &&
        fold(desired.name).startsWith(`${fold(name)}/`) &&
        desired.provider !== undefined,
    );
    const kept = isGone ? undefined : existing;
    const changes = comparePrices(kept, desired);
    this.#apply({ kind: "price", name: kept?.name ?? desired.name }, { exists: kept !== undefined, changes });
  }

  #defaultModel(desired: DesiredOrg, current: CurrentOrg | undefined): void {
    const owner = current?.defaultModelOrigin;
    const before = current?.defaultModel ?? null;
    const managed = owner === this.#origin;
    if (desired.defaultModel === undefined && !managed) return;
    const after = desired.defaultModel ?? null;
    if (before !== null && !managed && owner !== undefined && owner !== "elected") {
      this.#conflict({ kind: "org", name: this.#org }, owner);
      return;
    }
    const changes: FieldChange[] = [];
    if (before !== after) changes.push({ field: "default_model", before, after });
    else if (!managed)
      changes.push({ field: "default_model_origin", before: owner ?? null, after: this.#origin });
    this.#apply({ kind: "org", name: this.#org }, { exists: true, changes });
  }

  #apply(thing: Thing, to: { exists: boolean; changes: readonly FieldChange[] }): void {
    const action = to.exists ? (to.changes.length > 0 ? "update" : "unchanged") : "create";
    this.#step(action, { ...thing, changes: to.changes });
  }

  #step(action: StepAction, thing: Thing & { readonly changes?: readonly FieldChange[] }): void {
    this.steps.push({ action, org: this.#org, changes: [], ...thing });
  }

  #conflict(thing: Thing, owner: string): void {
    this.conflicts.push({ ...thing, org: this.#org, owner });
  }
}

interface Thing {
  readonly kind: StepKind;
  readonly name: string;
}

/** The exact name wins: the database may hold key names that differ by case only. */
function find<T extends { readonly name: string }>(items: readonly T[], name: string): T | undefined {
  return items.find((item) => item.name === name) ?? items.find((item) => fold(item.name) === fold(name));
}

function fold(name: string): string {
  return name.toLowerCase();
}
