import { createApi } from "../../src/api/create-api.ts";
import { profileOf } from "../../src/catalog/profile-of.ts";
import { drivers } from "../../src/drivers/_registry.gen.ts";
import { createKey } from "../../src/services/keys/create.ts";
import { openControlPlane } from "../../src/services/open-control-plane.ts";
import { createOrg } from "../../src/services/orgs/create.ts";
import type { Engine } from "../../src/storage/storage.ts";
import { explainNothing } from "../../testkit/explain-nothing.ts";
import { createPlace } from "../../testkit/storage-engines.ts";
import { type Figure, figureOf } from "./figure.ts";
import { measureLists } from "./measure-lists.ts";
import { measureResolve } from "./measure-resolve.ts";
import { measureSnapshot } from "./measure-snapshot.ts";
import { type Scale, seed } from "./seed.ts";

/** All figures on one engine, on a throw-away database; `only`: those parts whose name contains it. */
export async function measureEngine(options: {
  readonly engine: Engine;
  readonly scale: Scale;
  readonly only: string;
}): Promise<readonly Figure[]> {
  const place = await createPlace(options.engine);
  const plane = await openControlPlane({
    dataDir: place.dataDir,
    databaseUrl: place.databaseUrl,
    masterKey: undefined,
    publicUrl: "http://localhost:8080",
    drivers,
    driverFetch: () => Promise.reject(new TypeError("the bench asks no vendor")),
    profileOf,
    log: ({ level, event, cause }) => level === "error" && console.error(event, cause),
  });
  try {
    return await measure(plane.ctx, options);
  } finally {
    await plane.close();
    await place.remove();
  }
}

async function measure(
  ctx: Parameters<typeof seed>[0],
  { scale, only }: { readonly scale: Scale; readonly only: string },
): Promise<readonly Figure[]> {
  const kept = (name: string) => name.includes(only);
  const small = await createOrg(ctx, { name: "small" });
  await seed(ctx, small.id, { providers: 1, models: 10, keys: 2 });
  const large = await createOrg(ctx, { name: "large" });
  const started = performance.now();
  const before = process.memoryUsage.rss();
  await seed(ctx, large.id, scale);
  console.error(`seeded in ${Math.round(performance.now() - started)} ms`);
  const figures: Figure[] = [];

  const { value } = await createKey(ctx, { orgId: large.id, name: "bench", scopes: ["admin"] });
  const api = createApi({
    services: ctx,
    explain: explainNothing,
    resolve: () => {
      throw new RangeError("the lists resolve nothing");
    },
    gatewayUrl: "http://localhost:8080",
    version: "bench",
  });
  figures.push(...(await measureLists(api, value.reveal(), kept)));
  // The lists of a small tenant must not pay for its large neighbour.
  const neighbour = await createKey(ctx, { orgId: small.id, name: "bench", scopes: ["admin"] });
  const beside = await measureLists(api, neighbour.value.reveal(), kept);
  figures.push(...beside.slice(0, 7).map((figure) => ({ ...figure, name: `${figure.name}, small org` })));

  if (kept("publication") || kept("resolve")) {
    const { figures: publication, plane } = await measureSnapshot(ctx, large.id);
    figures.push(...publication);
    figures.push(...measureResolve(plane, small.id, "10 models"));
    figures.push(...measureResolve(plane, large.id, `${scale.models.toLocaleString("en-US")} models`));
  }
  Bun.gc(true);
  const grown = (process.memoryUsage.rss() - before) / 1e6;
  return [...figures, figureOf([grown], { name: "memory beyond the start's", unit: "MB", limit: undefined })];
}
