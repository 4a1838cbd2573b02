import type { DriverFetch } from "../../drivers/driver.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { isAllowedHost } from "../../plane/allowed-hosts.ts";
import { requireOrg } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";

/** What an org's calls of services go through: the operator's egress policy, and the hosts that its admins allow. */
export async function serviceFetch(ctx: ServiceContext, orgId: string): Promise<DriverFetch> {
  const { settings } = await requireOrg(ctx.storage.reads, orgId);
  return async (url, init) => {
    const host = URL.parse(url)?.hostname ?? "";
    if (isAllowedHost(host, settings.allowedHosts)) return ctx.driverFetch(url, init);
    const reason = `the host \`${host}\` is not among those the organization allows (\`allowed_hosts\` of its settings)`;
    throw new PenstockError("connection_blocked", { fields: { service: "The service", reason } });
  };
}
