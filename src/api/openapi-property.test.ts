import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type HostileWorld, openHostileWorld } from "../../testkit/openapi/hostile-world.ts";
import { requestsOf } from "../../testkit/openapi/requests-of.ts";
import { engines } from "../../testkit/storage-engines.ts";

/** Requests to each operation; `PENSTOCK_PROPERTY_RUNS=500` for a long search, `PENSTOCK_PROPERTY_SEED` for another one. */
const runs = Number(process.env.PENSTOCK_PROPERTY_RUNS ?? 16);
const seed = Number(process.env.PENSTOCK_PROPERTY_SEED ?? 20_261_122);

for (const engine of engines) {
  describe(`the whole contract on ${engine}, seed ${seed}`, () => {
    let world: HostileWorld;
    beforeAll(async () => {
      world = await openHostileWorld(engine);
    });
    afterAll(() => world.close());

    test(
      "no request brings it down, and every answer is what the contract says",
      async () => {
        const numRuns = engine === "sqlite" ? runs : Math.ceil(runs / 4);
        const wrong: string[] = [];
        const statuses = new Map<number, number>();
        for (const { method, path, operation } of world.operations) {
          const arbitrary = requestsOf(world.document, { method, path, operation }, await world.idsFor(path));
          for (const request of fc.sample(arbitrary, { numRuns, seed })) {
            const answer = await world.send(request);
            statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
            const problem = world.check(operation, answer);
            if (problem === undefined) continue;
            const { who, body, headers } = request;
            const sent = `${who} ${request.method} ${request.path.slice(0, 200)} ${JSON.stringify(headers)} ${body?.slice(0, 300)}`;
            wrong.push(`${problem}\n  for ${sent}\n  answered ${answer.status} ${answer.text.slice(0, 300)}`);
          }
        }
        expect(wrong.slice(0, 20)).toEqual([]);
        // A test whose requests are all refused would prove little.
        const good = [...statuses].filter(([status]) => status < 300).reduce((sum, [, n]) => sum + n, 0);
        expect(good).toBeGreaterThan(world.operations.length / 2);
        expect(statuses.get(422) ?? 0).toBeGreaterThan(world.operations.length / 2);
      },
      runs * 20_000,
    );
  });
}
