import { PenstockError } from "../errors/penstock-error.ts";
import { nearMatches } from "./near-matches.ts";
import type { Candidate, KeyPlane, OrgPlane, ProviderPlane, RoutePlane, Target } from "./plane.ts";
import { asVariant, basesOf } from "./variant.ts";

export interface ResolveRequest {
  readonly key: KeyPlane;
  /** The model as the caller named it; undefined when the request names none. */
  readonly model: string | undefined;
  /** Restricts the call to one provider (`/v1/p/{provider}/…`). */
  readonly provider: string | undefined;
  /** Which default applies; chat when absent. */
  readonly kind?: "chat" | "embedding";
}

/** Why a model name led where it did. */
export type ResolvedBy = "route" | "qualified_name" | "model_id";

export interface Resolution {
  /** Who may answer, and that this key may use, in the order they are preferred before a strategy orders them; never empty. */
  readonly candidates: readonly Candidate[];
  /** The first candidate's. */
  readonly target: Target;
  readonly by: ResolvedBy;
  /** The route that was named; undefined when a model was. */
  readonly route: RoutePlane | undefined;
  /** The name that was resolved: the caller's, or the org's default. */
  readonly name: string;
  /** The caller named no model. */
  readonly defaulted: boolean;
}

/**
 * Which model runs. Tried in order, the first that matches wins: a route's name, `provider-name/model-id`, then the exact id at
 * every provider that serves it, the best first; then the same for what is left of the name of a variant. Only what the org itself has configured is ever considered.
 *
 * @throws PenstockError `model_missing`, `model_not_found` (with near matches), `model_not_allowed`, `route_empty`, `not_found` for
 *   an unknown provider in the path.
 */
export function resolve({ key, model, provider: providerName, kind }: ResolveRequest): Resolution {
  const { org } = key;
  const name = model ?? (kind === "embedding" ? org.defaultEmbeddingModel : org.defaultModel);
  if (name === undefined) throw new PenstockError("model_missing", { param: "model" });
  const scope = providerName === undefined ? undefined : findProvider(org, providerName);
  const found = lookUp(org, name, scope);
  if (found === undefined) throw notFound(key, name, scope);
  if (found.candidates.length === 0)
    throw new PenstockError("route_empty", { fields: { route: found.route?.config.name ?? name } });
  const candidates = usableCandidates(key, found, name);
  const [first] = candidates;
  if (first === undefined)
    throw new PenstockError("model_not_allowed", { fields: { model: name }, param: "model" });
  return {
    candidates,
    target: first.target,
    by: found.by,
    route: found.route,
    name,
    defaulted: model === undefined,
  };
}

/** What a name leads to before anybody is asked whether it may be used. Only a route may have no candidate left. */
export interface Found {
  readonly candidates: readonly Candidate[];
  readonly by: ResolvedBy;
  readonly route: RoutePlane | undefined;
}

/** The rules in their order. Undefined: none matches. */
export function lookUp(org: OrgPlane, name: string, scope?: ProviderPlane): Found | undefined {
  return byName(org, name, scope) ?? byVariant(org, name, scope);
}

function byName(org: OrgPlane, name: string, scope: ProviderPlane | undefined): Found | undefined {
  return byRoute(org, name, scope) ?? byQualifiedName(org, name, scope) ?? byWireId(org, name, scope);
}

/** Those whose vendors know such names. */
function byVariant(org: OrgPlane, name: string, scope: ProviderPlane | undefined): Found | undefined {
  for (const base of basesOf(org, name)) {
    const found = byName(org, base, scope);
    const candidates = found?.candidates.flatMap((candidate) => asVariant(candidate, name) ?? []) ?? [];
    if (found !== undefined && candidates.length > 0) return { ...found, candidates };
  }
  return undefined;
}

/** Those a key may use: all, where its list names the route; else each that it names itself. */
function usableCandidates(key: KeyPlane, { candidates, route }: Found, name: string): readonly Candidate[] {
  if (key.allowedModels === undefined) return candidates;
  if (route !== undefined && mayUseRoute(key, route)) return candidates;
  return namedBy(key, candidates, name);
}

function namedBy(key: KeyPlane, candidates: readonly Candidate[], name: string): readonly Candidate[] {
  return candidates.filter(({ target }) => mayUse(key, target, name));
}

/** Whether the key's list of models names this route, in any case. */
export function mayUseRoute({ allowedModels }: KeyPlane, { config }: RoutePlane): boolean {
  if (allowedModels === undefined || allowedModels.has(config.name)) return true;
  const name = config.name.toLowerCase();
  for (const allowed of allowedModels) if (allowed.toLowerCase() === name) return true;
  return false;
}

/** Whether the key's list of models names this one, in any of its spellings. */
export function mayUse(key: KeyPlane, target: Target, name?: string): boolean {
  const allowed = key.allowedModels;
  if (allowed === undefined) return true;
  const { wireId } = target.model;
  return (
    allowed.has(wireId) ||
    allowed.has(`${target.provider.config.name}/${wireId}`) ||
    (name !== undefined && allowed.has(name))
  );
}

/** Whether a call of this key that names the route would find anybody. */
export function canSee(key: KeyPlane, route: RoutePlane): boolean {
  const { candidates } = route;
  return (
    candidates.length > 0 && (mayUseRoute(key, route) || candidates.some(({ target }) => mayUse(key, target)))
  );
}

function findProvider(org: OrgPlane, name: string): ProviderPlane {
  const provider = org.providers.get(name.toLowerCase());
  if (provider === undefined)
    throw new PenstockError("not_found", { fields: { what: `no provider \`${name}\`` } });
  return provider;
}

function byRoute(org: OrgPlane, name: string, scope: ProviderPlane | undefined): Found | undefined {
  const route = org.routes.size === 0 ? undefined : org.routes.get(name.toLowerCase());
  if (route === undefined) return undefined;
  const { candidates } = route;
  if (scope === undefined) return { candidates, by: "route", route };
  const scoped = within(candidates, scope);
  return scoped.length === 0 ? undefined : { candidates: scoped, by: "route", route };
}

function byQualifiedName(org: OrgPlane, name: string, scope: ProviderPlane | undefined): Found | undefined {
  const slash = name.indexOf("/");
  if (slash === -1) return undefined;
  const target = org.byQualifiedName.get(name.slice(0, slash).toLowerCase() + name.slice(slash));
  if (target === undefined || (scope !== undefined && target.provider !== scope)) return undefined;
  return { candidates: [{ target, weight: 1 }], by: "qualified_name", route: undefined };
}

function byWireId(org: OrgPlane, name: string, scope: ProviderPlane | undefined): Found | undefined {
  const all = org.byWireId.get(name);
  const candidates = scope === undefined || all === undefined ? all : within(all, scope);
  if (candidates === undefined || candidates.length === 0) return undefined;
  return { candidates, by: "model_id", route: undefined };
}

function within(candidates: readonly Candidate[], scope: ProviderPlane): readonly Candidate[] {
  return candidates.filter(({ target }) => target.provider === scope);
}

function notFound(key: KeyPlane, name: string, scope: ProviderPlane | undefined): PenstockError {
  const usable: string[] = [];
  for (const [id, candidates] of key.org.byWireId) {
    if (
      candidates.some(
        ({ target }) => mayUse(key, target) && (scope === undefined || target.provider === scope),
      )
    )
      usable.push(id);
  }
  for (const route of key.org.routes.values()) {
    if (scope === undefined && canSee(key, route)) usable.push(route.config.name);
  }
  const near = nearMatches(name, usable);
  return new PenstockError("model_not_found", {
    fields: {
      model: name,
      near: near.length === 0 ? "" : ` Did you mean ${near.map((id) => `\`${id}\``).join(", ")}?`,
    },
    param: "model",
  });
}
