import type { RouteConfig } from "../../plane/route-config.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";

/** A route as it is served; the data plane passes over targets whose model is out of use. */
export function toRouteConfig(route: RouteRecord): RouteConfig {
  const { id, name, strategy, stickyBy, retries, hedgeAfterMs, targets } = route;
  return {
    ...{ id, name, strategy, targets },
    ...(stickyBy !== undefined && { stickyBy }),
    ...(retries !== undefined && { retries }),
    ...(hedgeAfterMs !== undefined && { hedgeAfterMs }),
  };
}
