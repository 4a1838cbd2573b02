import { compileSnapshot } from "../../src/engine/compile-snapshot.ts";
import type { Plane } from "../../src/engine/plane.ts";
import type { ServiceContext } from "../../src/services/service-context.ts";
import { startSnapshotPublisher } from "../../src/services/snapshot/publisher.ts";
import { type Figure, figureOf, processorMs } from "./figure.ts";

const rounds = 15;
const limitMs = 200;

/** Publication after a change to one row of each kind: until the new plane serves, and how long nothing else could run. */
export async function measureSnapshot(
  ctx: ServiceContext,
  orgId: string,
): Promise<{ readonly figures: readonly Figure[]; readonly plane: Plane }> {
  const starts: number[] = [];
  const work: number[] = [];
  for (let round = -2; round < 7; round++) {
    Bun.gc(true);
    const before = process.cpuUsage();
    const ms = await firstPublication(ctx);
    if (round < 0) continue;
    starts.push(ms);
    work.push(processorMs(before));
  }
  const figures = [
    figureOf(starts, { name: "publication, whole", unit: "ms", limit: limitMs }),
    figureOf(work, { name: "  processor time of it", unit: "ms", limit: undefined }),
  ];

  const publisher = await startSnapshotPublisher(ctx);
  let plane: Plane | undefined;
  publisher.subscribe((snapshot) => {
    plane = compileSnapshot(snapshot, { drivers: ctx.drivers }, plane);
  });
  try {
    for (const [kind, change] of Object.entries(await changesOf(ctx, orgId))) {
      const times: number[] = [];
      const stalls: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const watch = watchStalls();
        await change(round);
        const started = performance.now();
        await publisher.refresh();
        times.push(performance.now() - started);
        stalls.push(await watch.longest());
      }
      figures.push(
        figureOf(times, { name: `publication, one ${kind} changed`, unit: "ms", limit: limitMs }),
        figureOf(stalls, { name: `  longest stall meanwhile`, unit: "ms", limit: undefined }),
      );
    }
  } finally {
    publisher.close();
  }
  if (plane === undefined) throw new RangeError("no plane was compiled");
  return { figures, plane };
}

/** As at a start: nothing is known from before. */
async function firstPublication(ctx: ServiceContext): Promise<number> {
  const started = performance.now();
  const publisher = await startSnapshotPublisher(ctx);
  publisher.subscribe((snapshot) => compileSnapshot(snapshot, { drivers: ctx.drivers }));
  const ms = performance.now() - started;
  publisher.close();
  return ms;
}

async function changesOf(ctx: ServiceContext, orgId: string) {
  const { reads } = ctx.storage;
  const [provider] = await reads.providers.page({ orgId, limit: 1, after: undefined });
  const [key] = await reads.keys.listLiveByOrg(orgId);
  if (provider === undefined || key === undefined) throw new RangeError("the org is empty");
  const [model] = await reads.models.listByProvider(provider.id);
  if (model === undefined) throw new RangeError("the provider has no models");
  const { change } = ctx.storage;
  return {
    provider: (round: number) =>
      change((writes) => writes.providers.update(provider, { priority: 100 + round, at: ctx.now() })),
    model: (round: number) =>
      change((writes) => writes.models.put(orgId, { ...model, contextTokens: 1_000 + round })),
    key: (round: number) => change((writes) => writes.keys.replace({ ...key, strict: round % 2 === 0 })),
  };
}

/** How long the event loop was not free: what a request would have waited. */
function watchStalls() {
  let longest = 0;
  let last = performance.now();
  let running = true;
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(tick);
  };
  setImmediate(tick);
  return {
    async longest() {
      await Bun.sleep(5);
      running = false;
      return longest;
    },
  };
}
