import type { ApiOptions } from "../api/api-options.ts";
import { explainCall } from "../engine/explain/explain-call.ts";
import type { ExplainParts } from "../engine/explain/explain-parts.ts";
import { explainedCall } from "../engine/explain/explained-call.ts";
import { explainResolution } from "../engine/explain-resolution.ts";
import type { KeyPlane, OrgPlane, Plane } from "../engine/plane.ts";
import { PenstockError } from "../errors/penstock-error.ts";

/** How the REST API is told what the data plane of this process would do. */
export function createExplain(
  plane: () => Plane | undefined,
  { now, ...parts }: ExplainParts & { readonly now: () => number },
): Pick<ApiOptions, "resolve" | "explain"> {
  const orgOf = (id: string): OrgPlane => {
    const org = plane()?.orgs.get(id);
    if (org === undefined) throw new PenstockError("storage_unavailable");
    return org;
  };
  return {
    resolve: ({ orgId, model }) => explainResolution(orgOf(orgId), model),
    async explain({ orgId, key_id: keyId, model, surface, request, headers, strict }) {
      const org = orgOf(orgId);
      const key = keyId === undefined ? undefined : keyOf(plane(), org, keyId);
      const query = { org, key, model, surface: surface ?? "openai-chat", request } as const;
      const rest = { headers: headers ?? {}, strict: strict ?? false, startedAt: now() };
      return explainCall(parts, explainedCall(parts.context, { ...query, ...rest }));
    },
  };
}

/** Keys are found by their digest, but for this. A key that is revoked is in no snapshot. */
function keyOf(plane: Plane | undefined, org: OrgPlane, id: string): KeyPlane {
  for (const key of plane?.keys.values() ?? []) if (key.org === org && key.config.id === id) return key;
  throw new PenstockError("not_found", { fields: { what: `no live key ${id}` } });
}
