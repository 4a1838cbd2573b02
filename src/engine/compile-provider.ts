import type { Credential, Driver, DriverContext, Upstream } from "../drivers/driver.ts";
import type { ProviderConfig } from "../plane/snapshot.ts";
import type { ProtocolId } from "../wire/neutral/protocol-id.ts";
import { hidden } from "./hidden.ts";
import type { OrgPlane, ProviderPlane } from "./plane.ts";

export type DriverRegistry = ReadonlyMap<string, Driver>;

/** A provider made ready to be called; its upstreams are prepared when they are first asked for. */
export function compileProvider(
  config: ProviderConfig,
  parts: {
    drivers: DriverRegistry;
    allowsHost: OrgPlane["allowsHost"];
    tokens: DriverContext["tokens"];
  },
): ProviderPlane {
  const { drivers, allowsHost, tokens } = parts;
  const driver = drivers.get(config.driver);
  const credential = (config.credential ?? {}) as Credential;
  const context = { baseUrl: config.baseUrl, credential, options: config.options, tokens };
  const headers = Object.fromEntries(
    Object.entries(config.headers ?? {}).map(([name, value]) => [name, value.reveal()]),
  );
  const upstreams = new Map<ProtocolId, Upstream>();
  return {
    config,
    driver,
    misconfigured: whyMisconfigured(),
    allowsHost,
    secrets: () => [...Object.values(credential).map((secret) => secret.reveal()), ...Object.values(headers)],
    upstream(protocol) {
      let upstream = upstreams.get(protocol);
      if (upstream === undefined) {
        if (driver === undefined)
          throw new TypeError("a provider without a driver was asked for its upstream");
        upstream = withHeaders(driver.prepare(context, protocol), headers);
        upstreams.set(protocol, upstream);
      }
      return upstream;
    },
  };

  function whyMisconfigured(): string | undefined {
    if (driver === undefined) return `this build has no driver \`${config.driver}\``;
    if (config.credential === undefined)
      return "its credential cannot be decrypted with the current master key";
    const host = URL.parse(config.baseUrl)?.hostname;
    if (host !== undefined && !allowsHost(host))
      return `its host \`${host}\` is not among those the organization allows`;
    return driver.misconfigured(context)?.message;
  }
}

/** What the admin adds goes to the vendor with every call; what the driver itself says goes before it. */
function withHeaders(upstream: Upstream, headers: Readonly<Record<string, string>>): Upstream {
  return { ...upstream, headers: hidden({ ...headers, ...upstream.headers }) };
}
