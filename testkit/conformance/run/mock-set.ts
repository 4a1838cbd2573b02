import type { Listen, MockVendor } from "../../mocks/shared/mock-server.ts";
import type { WireId } from "../model/ids.ts";
import type { UpstreamSpec, WireAdapter } from "../wires/wire.ts";

/** The mocks of one run, each started once however many upstreams it serves. */
export class MockSet {
  readonly #mocks = new Map<string, MockVendor>();
  readonly #listen: (mock: string, wire: WireId) => Listen | undefined;

  /** `listen` says where a mock listens; a free port of the loopback interface unless told. */
  constructor(listen: (mock: string, wire: WireId) => Listen | undefined) {
    this.#listen = listen;
  }

  start(wire: WireAdapter, upstream: UpstreamSpec): MockVendor {
    const key = `${wire.id}/${upstream.mock}`;
    const running = this.#mocks.get(key);
    if (running !== undefined) return running;
    const mock = upstream.start(this.#listen(upstream.mock, wire.id));
    this.#mocks.set(key, mock);
    return mock;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#mocks.values()].map((mock) => mock.close()));
  }
}

/** The name of an upstream in the whole run. */
export function upstreamKey(wire: WireId, upstream: string): string {
  return `${wire}.${upstream}`;
}

/** The upstream of a case: the named one, or the wire's first. */
export function pickUpstream(wire: WireAdapter, name: string | undefined): UpstreamSpec | undefined {
  return name === undefined ? wire.upstreams[0] : wire.upstreams.find((upstream) => upstream.name === name);
}
