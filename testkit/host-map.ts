import { type EgressGuard, systemGuard } from "../src/egress/egress-guard.ts";

/** An address the policy takes for public; nothing is ever sent there. */
const standIn = "198.41.0.4";

/**
 * A guard for which public hosts are servers of the test: `https://host` is called at the origin it is mapped to, under
 * its own name. A host that is not named has no address.
 */
export function mapHosts(hosts: Readonly<Record<string, string>>): EgressGuard {
  const { call, ...system } = systemGuard({ allow: [], loopback: true });
  const originOf = (url: string, serverName: string | undefined): string => {
    const origin = hosts[serverName ?? ""];
    if (origin === undefined) throw new TypeError(`${url} was called without TLS for a mapped name`);
    return origin;
  };
  return {
    ...system,
    async resolve(hostname) {
      if (Object.hasOwn(hosts, hostname)) return [standIn];
      throw new TypeError(`the test knows no host ${hostname}`);
    },
    connect(url, { tls, ...init }) {
      const target = URL.parse(url);
      if (target?.hostname !== standIn)
        return system.connect(url, { ...init, ...(tls !== undefined && { tls }) });
      return system.connect(originOf(url, tls?.serverName) + target.pathname + target.search, init);
    },
    ...(call !== undefined && {
      call: (made) =>
        made.target === `https://${standIn}`
          ? call({ ...made, target: originOf(made.target, made.serverName), serverName: undefined })
          : call(made),
    }),
  };
}
