import { isAllowedHost } from "../../plane/allowed-hosts.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { requireOrg } from "../access.ts";
import { unprocessable } from "../parse-input.ts";

/** Throws `unprocessable` when the org's admins do not let the host of `baseUrl` be called. */
export async function requireAllowedHost(
  reads: Reads,
  input: { readonly orgId: string; readonly baseUrl: string },
): Promise<void> {
  const host = URL.parse(input.baseUrl)?.hostname;
  if (host === undefined) return;
  const { settings } = await requireOrg(reads, input.orgId);
  if (isAllowedHost(host, settings.allowedHosts)) return;
  const message = `the host \`${host}\` is not among those the organization allows (\`allowed_hosts\` of its settings)`;
  throw unprocessable([{ path: "/base_url", message }]);
}
