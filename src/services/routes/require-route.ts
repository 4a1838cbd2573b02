import { PenstockError } from "../../errors/penstock-error.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { notFound } from "../access.ts";

/** A route of the org; throws `not_found`. */
export async function requireRoute(
  reads: Reads,
  ref: { readonly orgId: string; readonly routeId: string },
): Promise<RouteRecord> {
  const route = await reads.routes.find({ orgId: ref.orgId, id: ref.routeId });
  if (route === undefined) throw notFound(`route ${ref.routeId}`);
  return route;
}

/** Throws `conflict` when another route of the org has this name. */
export async function requireFreeRouteName(
  reads: Reads,
  route: Pick<RouteRecord, "orgId" | "name" | "id">,
): Promise<void> {
  const other = await reads.routes.findByName(route);
  if (other === undefined || other.id === route.id) return;
  throw new PenstockError("conflict", { fields: { reason: `A route named \`${other.name}\` exists.` } });
}
