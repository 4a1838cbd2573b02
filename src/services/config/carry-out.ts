import type { Secret } from "../../secrets/secret.ts";
import { createKey } from "../keys/create.ts";
import { revokeKey } from "../keys/revoke.ts";
import { updateKey } from "../keys/update.ts";
import { removeLimit } from "../limits/remove.ts";
import { upsertLimit } from "../limits/upsert.ts";
import { createOrg } from "../orgs/create.ts";
import { setDefaultModel } from "../orgs/set-default-model.ts";
import { createPrice } from "../prices/create.ts";
import { removePrice } from "../prices/remove.ts";
import { updatePrice } from "../prices/update.ts";
import { createProvider } from "../providers/create.ts";
import { removeProvider } from "../providers/remove.ts";
import { updateProvider } from "../providers/update.ts";
import { createRoute } from "../routes/create.ts";
import { removeRoute } from "../routes/remove.ts";
import { updateRoute } from "../routes/update.ts";
import type { ServiceContext } from "../service-context.ts";
import { toCandidate } from "./candidate.ts";
import { type ConfigPlan, type ConfigStep, changesOf } from "./config-plan.ts";
import {
  type ConfigDocument,
  type ConfigKey,
  type ConfigLimit,
  type ConfigOrg,
  type ConfigPrice,
  type ConfigProvider,
  type ConfigRoute,
  referenceId,
} from "./document/config-document.ts";
import { type ConfigProblem, configInvalid } from "./document/config-problem.ts";
import type { ReferenceValues } from "./document/resolve-references.ts";
import { findSubject } from "./find-subject.ts";
import type { LoadedOrg } from "./load-current.ts";
import type { Probes } from "./probe-providers.ts";
import { toConfigProblems } from "./service-problems.ts";

export interface CarryOutInput {
  readonly document: ConfigDocument;
  readonly values: ReferenceValues;
  readonly plan: ConfigPlan;
  readonly current: readonly LoadedOrg[];
  readonly probes: Probes;
}

export interface CarriedOut {
  readonly keys: readonly { readonly org: string; readonly name: string; readonly value: Secret }[];
  /** Providers that did not exist before. */
  readonly created: readonly {
    readonly orgId: string;
    readonly providerId: string;
    readonly provider: ConfigProvider;
  }[];
}

/**
 * Carries a plan out by the ordinary services, inside the caller's transaction. What a service refuses is thrown as
 * `config_invalid` at the place in the file.
 */
export async function carryOut(ctx: ServiceContext, input: CarryOutInput): Promise<CarriedOut> {
  const orgNames = new Set(input.plan.steps.map(({ org }) => org));
  const keys: CarriedOut["keys"][number][] = [];
  const created: CarriedOut["created"][number][] = [];
  const problems: ConfigProblem[] = [];
  for (const name of orgNames) {
    const run = new OrgRun(ctx, { input, name });
    await run.all();
    keys.push(...run.keys);
    created.push(...run.created);
    problems.push(...run.problems);
  }
  if (problems.length > 0) throw configInvalid(input.document.file, problems);
  return { keys, created };
}

/** The steps of one org. */
class OrgRun {
  readonly keys: CarriedOut["keys"][number][] = [];
  readonly created: CarriedOut["created"][number][] = [];
  readonly problems: ConfigProblem[] = [];
  readonly #ctx: ServiceContext;
  readonly #input: CarryOutInput;
  readonly #name: string;
  readonly #steps: readonly ConfigStep[];
  readonly #wanted: ConfigOrg | undefined;
  readonly #before: LoadedOrg | undefined;
  #orgId: string;

  constructor(ctx: ServiceContext, { input, name }: { input: CarryOutInput; name: string }) {
    this.#ctx = ctx;
    this.#input = input;
    this.#name = name;
    this.#steps = changesOf(input.plan).filter((step) => step.org === name);
    this.#wanted = byName(input.document.orgs, name);
    this.#before = byName(input.current, name);
    this.#orgId = this.#before?.id ?? "";
  }

  async all(): Promise<void> {
    if (this.#has("create", "org")) {
      const made = await this.#try(this.#wanted, () => createOrg(this.#ctx, { name: this.#name }));
      if (!made) return;
      this.#orgId = made.id;
    }
    for (const step of this.#steps.filter(({ action }) => action === "delete")) await this.#delete(step);
    for (const provider of this.#wanted?.providers ?? []) await this.#provider(provider);
    for (const route of this.#wanted?.routes ?? []) await this.#route(route);
    for (const key of this.#wanted?.keys ?? []) await this.#key(key);
    for (const limit of this.#wanted?.limits ?? []) await this.#limit(limit);
    for (const price of this.#wanted?.prices ?? []) await this.#price(price);
    if (this.#has("update", "org")) await this.#defaultModel();
  }

  /** Models go with the update of their provider, which removes those the file no longer names. */
  async #delete(step: ConfigStep): Promise<void> {
    const orgId = this.#orgId;
    if (step.kind === "limit") {
      const limitId = this.#before?.limitIds.get(step.name) ?? "";
      await this.#try(this.#wanted, () => removeLimit(this.#ctx, { orgId, limitId }));
    }
    if (step.kind === "price") {
      const priceId = this.#before?.priceIds.get(step.name) ?? "";
      await this.#try(this.#wanted, () => removePrice(this.#ctx, { orgId, priceId }));
    }
    if (step.kind === "route") {
      const routeId = this.#before?.routeIds.get(step.name) ?? "";
      await this.#try(this.#wanted, () => removeRoute(this.#ctx, { orgId, routeId }));
    }
    if (step.kind === "provider") {
      const providerId = this.#before?.providerIds.get(step.name) ?? "";
      await this.#try(this.#wanted, () => removeProvider(this.#ctx, { orgId, providerId }));
    }
    if (step.kind === "key") {
      const keyId = this.#before?.keyIds.get(step.name) ?? "";
      await this.#try(this.#wanted, () => revokeKey(this.#ctx, { orgId, keyId }));
    }
  }

  async #provider(provider: ConfigProvider): Promise<void> {
    const step = this.#steps.find(
      ({ kind, action, name }) => kind === "provider" && action !== "delete" && same(name, provider.name),
    );
    const models = this.#steps.some(({ kind, name }) => {
      return kind === "model" && same(name.slice(0, name.indexOf("/")), provider.name);
    });
    if (!step && !models) return;
    const { values, probes } = this.#input;
    const probed = probes.get(provider.pointer);
    const shared = {
      orgId: this.#orgId,
      name: provider.name,
      enabled: provider.enabled,
      priority: provider.priority,
      quotaGroup: provider.quotaGroup ?? null,
      timeouts: {
        firstByteMs: provider.timeouts.firstByteMs ?? null,
        idleMs: provider.timeouts.idleMs ?? null,
        connectMs: provider.timeouts.connectMs ?? null,
      },
      models: provider.models,
      validate: false,
      discover: false,
      ...(probed && { probed, validate: true }),
    };
    if (step?.action === "create") {
      const made = await this.#try(provider, () =>
        createProvider(this.#ctx, { ...shared, ...toCandidate(provider, { values }) }),
      );
      if (made) this.created.push({ orgId: this.#orgId, providerId: made.id, provider });
      return;
    }
    const before = byName(this.#before?.providers ?? [], provider.name);
    const providerId = before && this.#before?.providerIds.get(before.name);
    if (!before || providerId === undefined) return;
    const { name: _name, ...settings } = shared;
    const { driver: _driver, ...candidate } = toCandidate(provider, { values, before });
    const change = step
      ? { ...settings, ...candidate, priority: provider.priority ?? 100 }
      : { models: provider.models };
    await this.#try(provider, () =>
      updateProvider(this.#ctx, {
        validate: false,
        discover: false,
        ...change,
        orgId: this.#orgId,
        providerId,
      }),
    );
  }

  async #route(route: ConfigRoute): Promise<void> {
    const step = this.#steps.find(
      ({ kind, action, name }) => kind === "route" && action !== "delete" && same(name, route.name),
    );
    if (!step) return;
    const { name, strategy, targets } = route;
    const [stickyBy, retries] = [route.stickyBy ?? null, route.retries ?? null];
    const hedgeAfterMs = route.hedgeAfterMs ?? null;
    const fields = { orgId: this.#orgId, strategy, stickyBy, retries, hedgeAfterMs, targets };
    if (step.action === "create") {
      await this.#try(route, () => createRoute(this.#ctx, { ...fields, name }));
      return;
    }
    const routeId = this.#before?.routeIds.get(step.name) ?? "";
    await this.#try(route, () => updateRoute(this.#ctx, { ...fields, routeId }));
  }

  async #key(key: ConfigKey): Promise<void> {
    const step = this.#steps.find(
      ({ kind, action, name }) => kind === "key" && action !== "delete" && same(name, key.name),
    );
    if (!step) return;
    const value = key.value && this.#input.values.get(referenceId(key.value));
    const { scopes, strict, onDisconnect } = key;
    const [agent, agentRole] = [key.agent ?? null, key.agentRole ?? null];
    const fields = { orgId: this.#orgId, scopes, strict, onDisconnect, agent, agentRole, value };
    const [allowedModels, expiresAt] = [key.allowedModels ?? null, key.expiresAt ?? null];
    if (step.action === "create") {
      const made = await this.#try(key, () =>
        createKey(this.#ctx, { ...fields, name: key.name, allowedModels, expiresAt }),
      );
      if (made && !value) this.keys.push({ org: this.#name, name: key.name, value: made.value });
      return;
    }
    const keyId = this.#before?.keyIds.get(step.name) ?? "";
    await this.#try(key, () => updateKey(this.#ctx, { ...fields, keyId, allowedModels, expiresAt }));
  }

  async #limit(limit: ConfigLimit): Promise<void> {
    const step = this.#steps.find(
      ({ kind, action, name }) => kind === "limit" && action !== "delete" && same(name, limit.name),
    );
    if (!step) return;
    await this.#try({ pointer: `${limit.pointer}/subject` }, async () => {
      const orgId = this.#orgId;
      const subject = await findSubject(this.#ctx.storage.reads, orgId, limit.subject);
      const { requestsPerMinute, tokensPerMinute, concurrency, dayUsd, monthUsd, allowUnpriced } = limit;
      const numbers = { requestsPerMinute, tokensPerMinute, concurrency, dayUsd, monthUsd, allowUnpriced };
      await upsertLimit(this.#ctx, { orgId, subject, ...numbers });
    });
  }

  async #price(price: ConfigPrice): Promise<void> {
    const step = this.#steps.find(
      ({ kind, action, name }) => kind === "price" && action !== "delete" && same(name, price.name),
    );
    if (!step) return;
    const fields = { orgId: this.#orgId, tiers: [...price.tiers] };
    if (step.action === "create") {
      const { model, provider } = price;
      await this.#try(price, () => createPrice(this.#ctx, { ...fields, model, provider }));
      return;
    }
    const priceId = this.#before?.priceIds.get(step.name) ?? "";
    await this.#try(price, () => updatePrice(this.#ctx, { ...fields, priceId }));
  }

  async #defaultModel(): Promise<void> {
    // A model that discovery is still to find cannot exist yet.
    const mustExist = this.#wanted?.providers.every(({ discover }) => !discover) ?? true;
    const pointer = `${this.#wanted?.pointer ?? ""}/default_model`;
    await this.#try({ pointer }, () =>
      setDefaultModel(this.#ctx, {
        orgId: this.#orgId,
        model: this.#wanted?.defaultModel ?? null,
        mustExist,
      }),
    );
  }

  #has(action: ConfigStep["action"], kind: ConfigStep["kind"]): boolean {
    return this.#steps.some((step) => step.action === action && step.kind === kind);
  }

  async #try<T>(
    at: { readonly pointer: string } | undefined,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const { document } = this.#input;
      this.problems.push(...toConfigProblems(error, { document, pointer: at?.pointer ?? "" }));
      return undefined;
    }
  }
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function byName<T extends { readonly name: string }>(items: readonly T[], name: string): T | undefined {
  return items.find((item) => item.name === name) ?? items.find((item) => same(item.name, name));
}
