import type { Driver, ProviderOptions } from "../../drivers/driver.ts";
import type { ErrorProblem } from "../../errors/penstock-error.ts";
import { isAllowedHost } from "../../plane/allowed-hosts.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { unprocessable } from "../parse-input.ts";

/** A provider's settings that may name hosts. */
export interface Addressed {
  readonly driver: Driver;
  readonly baseUrl: string;
  readonly options: ProviderOptions;
}

/**
 * Throws `unprocessable` when the org's admins do not let a host be called that the provider names: that of its base URL, or of
 * an option that is an endpoint, such as a token URL.
 */
export async function requireAllowedHost(
  reads: Reads,
  { orgId, candidate }: { readonly orgId: string; readonly candidate: Addressed },
): Promise<void> {
  const allowed = (await reads.orgs.find(orgId))?.settings.allowedHosts;
  const problems = hostsOf(candidate).flatMap(({ path, host }): ErrorProblem[] =>
    isAllowedHost(host, allowed) ? [] : [{ path, message: hostRefusal(host) }],
  );
  if (problems.length > 0) throw unprocessable(problems);
}

/** The page where an admin signs in, which this server never calls. */
const forBrowsers = "authorize_url";

/** The hosts that a provider's settings name, and where. */
export function hostsOf({
  driver,
  baseUrl,
  options,
}: Addressed): readonly { readonly path: string; readonly host: string }[] {
  const endpoints = driver.optionForm.filter(
    ({ name, type }) => type === "url" && name.endsWith("_url") && name !== forBrowsers,
  );
  const urls: readonly (readonly [path: string, url: unknown])[] = [
    ["/base_url", baseUrl],
    ...endpoints.map(({ name }) => [`/options/${name}`, options[name]] as const),
  ];
  return urls.flatMap(([path, url]) => {
    const host = typeof url === "string" ? URL.parse(url)?.hostname : undefined;
    return host === undefined || host === "" ? [] : [{ path, host }];
  });
}

/** For admins, who find the list in the settings. */
export function hostRefusal(host: string): string {
  return `the host \`${host}\` is not among those the organization allows (\`allowed_hosts\` of its settings)`;
}
