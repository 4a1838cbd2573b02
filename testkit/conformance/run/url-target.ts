import type { WireAdapter } from "../wires/wire.ts";
import { MockSet, upstreamKey } from "./mock-set.ts";
import type { Target, TargetModel } from "./target.ts";

/** Where another gateway is, and what it was configured to. */
export interface UrlTargetOptions {
  readonly url: string;
  readonly key: string;
  /** The gateway's names of models, by wire (its first upstream) or `wire.upstream`. */
  readonly models: ReadonlyMap<string, string>;
  /** Ports of mocks, by wire (its first upstream's mock) or `wire.mock`. */
  readonly ports: ReadonlyMap<string, number>;
  readonly hostname: string | undefined;
  readonly lossHeader: string;
}

/** A gateway that runs elsewhere and was configured to call the mocks, which are started here. */
export function startUrlTarget(wires: readonly WireAdapter[], options: UrlTargetOptions): Target {
  const { models: names, ports, hostname } = options;
  const mocks = new MockSet((mock, wire) => {
    const first = wires.find(({ id }) => id === wire)?.upstreams[0]?.mock === mock;
    return { hostname, port: ports.get(`${wire}.${mock}`) ?? (first ? ports.get(wire) : undefined) };
  });
  const models = new Map<string, TargetModel>();
  for (const wire of wires) {
    for (const [i, upstream] of wire.upstreams.entries()) {
      const key = upstreamKey(wire.id, upstream.name);
      const name = names.get(key) ?? (i === 0 ? names.get(wire.id) : undefined);
      if (name !== undefined) {
        const mock = mocks.start(wire, upstream);
        const secrets = Object.values(upstream.credentials?.(mock) ?? { api_key: mock.apiKey });
        models.set(key, { name, mock, secrets });
      }
    }
  }
  return {
    name: options.url,
    url: options.url.replace(/\/+$/, ""),
    key: options.key,
    lossHeader: options.lossHeader,
    isPenstock: false,
    keepaliveMs: 15_000,
    lacks: {
      ledger: "this gateway's books cannot be read from outside",
      "strict-mode": "this gateway has no header that refuses losses",
    },
    model: (wire, upstream) =>
      models.get(
        upstreamKey(wire, upstream ?? wires.find(({ id }) => id === wire)?.upstreams[0]?.name ?? ""),
      ),
    [Symbol.asyncDispose]: () => mocks.close(),
  };
}
