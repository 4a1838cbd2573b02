import type { RouteRecord } from "../../storage/records/route-record.ts";
import type { Act, ActFields } from "../audit/record-act.ts";

/** What the audit log names a route by. */
export function routeTarget(route: RouteRecord): Pick<Act, "orgId" | "target"> {
  return { orgId: route.orgId, target: { kind: "route", id: route.id, name: route.name } };
}

/** What the audit log keeps of a route. */
export function routeFields(route: RouteRecord): ActFields {
  const { name, strategy, stickyBy, retries, hedgeAfterMs, targets } = route;
  return { name, strategy, stickyBy, retries, hedgeAfterMs, targets };
}
