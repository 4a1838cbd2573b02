import { PenstockError } from "../../errors/penstock-error.ts";
import { isAllowedHost } from "../../plane/allowed-hosts.ts";
import type { ServiceContext } from "../service-context.ts";

/**
 * The same services, whose drivers reach none but the hosts that the org's admins allow, whatever they call: endpoints, token
 * servers, consoles. Elsewhere their calls throw `host_not_allowed`.
 */
export async function withAllowedHosts(ctx: ServiceContext, orgId: string): Promise<ServiceContext> {
  // An org that is about to be made has no settings yet.
  const allowed = (await ctx.storage.reads.orgs.find(orgId))?.settings.allowedHosts;
  if (allowed === undefined) return ctx;
  return {
    ...ctx,
    async driverFetch(url, init) {
      const host = URL.parse(url)?.hostname ?? "";
      if (isAllowedHost(host, allowed)) return ctx.driverFetch(url, init);
      throw new PenstockError("host_not_allowed", { fields: { host } });
    },
  };
}
