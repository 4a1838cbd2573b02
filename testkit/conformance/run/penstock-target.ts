import { startPenstock } from "../../penstock.ts";
import type { WireAdapter } from "../wires/wire.ts";
import { MockSet, upstreamKey } from "./mock-set.ts";
import type { Target, TargetModel } from "./target.ts";

/** Short, so that what waits for them is quick; not so short that a busy machine is taken for a silent vendor. */
const patientKeepaliveMs = 800;

/** Starts Penstock in this process, with a provider for every upstream of these wires. */
export async function startPenstockTarget(wires: readonly WireAdapter[]): Promise<Target> {
  const target = await startOne(wires);
  const first = wires.slice(0, 1);
  const patient = await startOne(first, { keepaliveMs: patientKeepaliveMs });
  const aside = await startOne(wires);
  return {
    ...target,
    patient,
    aside,
    async [Symbol.asyncDispose]() {
      await target[Symbol.asyncDispose]();
      await patient[Symbol.asyncDispose]();
      await aside[Symbol.asyncDispose]();
    },
  };
}

async function startOne(
  wires: readonly WireAdapter[],
  settings: { keepaliveMs?: number } = {},
): Promise<Target> {
  const penstock = await startPenstock({ settings });
  const mocks = new MockSet(() => undefined);
  const models = new Map<string, TargetModel>();
  for (const wire of wires) {
    for (const upstream of wire.upstreams) {
      const mock = mocks.start(wire, upstream);
      const name = `${wire.id}-${upstream.name}`;
      const credentials = upstream.credentials?.(mock) ?? { api_key: mock.apiKey };
      await penstock.addProvider({
        name,
        driver: upstream.driver,
        models: [upstream.model],
        vendor: mock,
        credentials,
        ...(upstream.options !== undefined && { options: upstream.options }),
      });
      models.set(upstreamKey(wire.id, upstream.name), {
        name: `${name}/${upstream.model}`,
        mock,
        secrets: Object.values(credentials),
      });
    }
  }
  return {
    name: "Penstock",
    url: penstock.url,
    key: penstock.gatewayKey,
    lossHeader: "x-penstock-loss",
    isPenstock: true,
    keepaliveMs: settings.keepaliveMs ?? 15_000,
    lacks: {},
    model: (wire, upstream) =>
      models.get(
        upstreamKey(wire, upstream ?? wires.find(({ id }) => id === wire)?.upstreams[0]?.name ?? ""),
      ),
    ledger: (requestId) => penstock.ledgerRow(requestId),
    async [Symbol.asyncDispose]() {
      await penstock.stop();
      await mocks.close();
    },
  };
}
