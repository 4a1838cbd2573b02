import { PenstockError } from "../errors/penstock-error.ts";
import { nearMatches } from "./near-matches.ts";
import type { KeyPlane, OrgPlane, ProviderPlane, Target } from "./plane.ts";

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
export type ResolvedBy = "qualified_name" | "model_id";

export interface Resolution {
  readonly target: Target;
  readonly by: ResolvedBy;
  /** The name that was resolved: the caller's, or the org's default. */
  readonly name: string;
  /** The caller named no model. */
  readonly defaulted: boolean;
}

/**
 * Which model runs. Tried in order, the first that matches wins: `provider-name/model-id`, then the exact id at the
 * best provider that serves it. Only what the org itself has configured is ever considered.
 *
 * @throws PenstockError `model_missing`, `model_not_found` (with near matches), `model_not_allowed`, `not_found` for an
 *   unknown provider in the path.
 */
export function resolve({ key, model, provider: providerName, kind }: ResolveRequest): Resolution {
  const { org } = key;
  const name = model ?? (kind === "embedding" ? org.defaultEmbeddingModel : org.defaultModel);
  if (name === undefined) throw new PenstockError("model_missing", { param: "model" });
  const scope = providerName === undefined ? undefined : findProvider(org, providerName);
  const found = byQualifiedName(org, name, scope) ?? byWireId(org, name, scope);
  if (found === undefined) throw notFound(key, name, scope);
  if (!mayUse(key, found.target, name))
    throw new PenstockError("model_not_allowed", { fields: { model: name }, param: "model" });
  return { ...found, name, defaulted: model === undefined };
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

function findProvider(org: OrgPlane, name: string): ProviderPlane {
  const provider = org.providers.get(name.toLowerCase());
  if (provider === undefined)
    throw new PenstockError("not_found", { fields: { what: `no provider \`${name}\`` } });
  return provider;
}

type Found = Pick<Resolution, "target" | "by">;

function byQualifiedName(org: OrgPlane, name: string, scope: ProviderPlane | undefined): Found | undefined {
  const slash = name.indexOf("/");
  if (slash === -1) return undefined;
  const target = org.byQualifiedName.get(name.slice(0, slash).toLowerCase() + name.slice(slash));
  if (target === undefined || (scope !== undefined && target.provider !== scope)) return undefined;
  return { target, by: "qualified_name" };
}

function byWireId(org: OrgPlane, name: string, scope: ProviderPlane | undefined): Found | undefined {
  const targets = org.byWireId.get(name);
  const target = scope === undefined ? targets?.[0] : targets?.find(({ provider }) => provider === scope);
  return target === undefined ? undefined : { target, by: "model_id" };
}

function notFound(key: KeyPlane, name: string, scope: ProviderPlane | undefined): PenstockError {
  const usable: string[] = [];
  for (const [id, targets] of key.org.byWireId) {
    if (targets.some((target) => mayUse(key, target) && (scope === undefined || target.provider === scope)))
      usable.push(id);
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
