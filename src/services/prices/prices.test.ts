import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { pricesAt } from "../../plane/cost-of.ts";
import type { ModelConfig } from "../../plane/snapshot.ts";
import type { PriceRecord } from "../../storage/records/price-record.ts";
import { listModels } from "../models/list.ts";
import { createProvider } from "../providers/create.ts";
import { SnapshotBuilder } from "../snapshot/builder.ts";
import { createPrice } from "./create.ts";
import { getPrice, listPriceVersions } from "./get.ts";
import { listPrices } from "./list.ts";
import { fits, overrideFor } from "./override-for.ts";
import { removePrice } from "./remove.ts";
import { updatePrice } from "./update.ts";

const tiers = (input: number) => [{ input, output: 2 * input }];

for (const engine of engines) {
  describe(`an org's own prices on ${engine}`, () => {
    let world: ServiceWorld;
    let builder: SnapshotBuilder;
    beforeEach(async () => {
      world = await createWorld(engine);
      builder = new SnapshotBuilder(world.system);
      await createProvider(world.admin, {
        ...{ orgId: world.orgId, name: "main", driver: "fake" },
        ...{ credentials: { api_key: "sk-one" }, models: ["m-1", "m-2"], discover: false },
      });
    }, 60_000);
    afterEach(() => world.close());

    async function model(wireId: string): Promise<ModelConfig> {
      const { orgs } = await builder.build();
      const found = orgs[0]?.providers[0]?.models.find((each) => each.wireId === wireId);
      if (found === undefined) throw new Error(`${wireId} is not served`);
      return found;
    }
    const org = () => ({ orgId: world.orgId });

    test("a price is in force with the next snapshot, and gone with it when it is removed", async () => {
      expect((await model("m-1")).priceSource).toBeUndefined();
      const price = await createPrice(world.admin, { ...org(), model: "m-*", tiers: tiers(3) });
      expect(await model("m-1")).toMatchObject({
        prices: [{ aboveInputTokens: 0, input: 3, output: 6 }],
        priceSource: "override",
        priceVersion: `${price.id}@1`,
      });
      const exact = await createPrice(world.admin, {
        ...org(),
        provider: "main",
        model: "m-1",
        tiers: tiers(5),
      });
      expect((await model("m-1")).priceVersion).toBe(`${exact.id}@1`);
      expect((await model("m-2")).priceVersion).toBe(`${price.id}@1`);
      const views = await listModels(world.admin, org());
      expect(
        views.data.map(({ wireId, priceSource, prices: [tier] }) => [wireId, priceSource, tier?.input]),
      ).toEqual([
        ["m-1", "override", 5],
        ["m-2", "override", 3],
      ]);
      await removePrice(world.admin, { ...org(), priceId: exact.id });
      expect((await model("m-1")).priceVersion).toBe(`${price.id}@1`);
      await removePrice(world.admin, { ...org(), priceId: price.id });
      expect((await model("m-1")).priceSource).toBeUndefined();
      await expect(getPrice(world.admin, { ...org(), priceId: price.id })).rejects.toMatchObject({
        code: "not_found",
      });
      // The ledger names them for ever.
      expect(await listPriceVersions(world.admin, { ...org(), priceId: price.id })).toHaveLength(1);
      // The same price may be said again.
      await createPrice(world.admin, { ...org(), model: "m-*", tiers: tiers(4) });
    });

    test("each change is a version; one that begins later takes over by itself", async () => {
      const now = world.clock.now;
      const { id } = await createPrice(world.admin, { ...org(), model: "m-1", tiers: tiers(1) });
      await updatePrice(world.admin, {
        ...org(),
        priceId: id,
        tiers: tiers(2),
        effectiveFrom: now + 100_000,
      });
      const later = await model("m-1");
      expect(later.priceVersion).toBe(`${id}@1`);
      expect(pricesAt(later, now + 99_999).priceVersion).toBe(`${id}@1`);
      expect(pricesAt(later, now + 100_000)).toMatchObject({
        priceVersion: `${id}@2`,
        prices: [{ input: 2 }],
      });
      // A third that begins before it takes its place.
      await updatePrice(world.admin, { ...org(), priceId: id, tiers: tiers(7) });
      expect(pricesAt(await model("m-1"), now + 200_000).priceVersion).toBe(`${id}@3`);
      const versions = await listPriceVersions(world.admin, { ...org(), priceId: id });
      expect(versions.map(({ version, tiers: [tier] }) => [version, tier?.input])).toEqual([
        [1, 1],
        [2, 2],
        [3, 7],
      ]);
      // What changes nothing makes none.
      await updatePrice(world.admin, { ...org(), priceId: id, tiers: tiers(7) });
      expect((await listPriceVersions(world.admin, { ...org(), priceId: id })).length).toBe(3);
    });

    test("what contradicts itself is refused, all of it at once", async () => {
      const bad = { ...org(), model: "m-1", tiers: [{ input: -1, output: 1, serviceTier: "flex" }] };
      await expect(createPrice(world.admin, bad)).rejects.toMatchObject({
        code: "unprocessable",
        problems: [{ path: "/tiers/0/input" }, { path: "/tiers" }],
      });
      const noBase = { ...bad, tiers: [{ input: 1, output: 1, serviceTier: "flex" }] };
      await expect(createPrice(world.admin, noBase)).rejects.toMatchObject({
        problems: [{ path: "/tiers" }],
      });
      await createPrice(world.admin, { ...org(), model: "m-1", tiers: tiers(1) });
      await expect(
        createPrice(world.admin, { ...org(), model: "m-1", tiers: tiers(1) }),
      ).rejects.toMatchObject({ code: "conflict" });
      await expect(
        createPrice(world.admin, { ...org(), provider: "nobody", model: "m-1", tiers: tiers(1) }),
      ).rejects.toMatchObject({ problems: [{ path: "/provider" }] });
    });

    test("pages hold each once, in the order asked for", async () => {
      for (const model of ["c", "a", "b"])
        await createPrice(world.admin, { ...org(), model, tiers: tiers(1) });
      const first = await listPrices(world.admin, { ...org(), sort: "model", limit: 2 });
      const rest = await listPrices(world.admin, {
        ...org(),
        sort: "model",
        limit: 2,
        cursor: first.nextCursor,
      });
      expect([...first.data, ...rest.data].map(({ model }) => model)).toEqual(["a", "b", "c"]);
      expect(rest.nextCursor).toBeUndefined();
    });
  });
}

describe("which price holds", () => {
  test("a pattern fits what a regular expression of it does", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "."), maxLength: 8 });
    const ids = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 10 });
    fc.assert(
      fc.property(letters, ids, (pattern, id) => {
        const escaped = pattern.replaceAll(".", "\\.").replaceAll("*", ".*");
        expect(fits(pattern, id)).toBe(new RegExp(`^${escaped}$`).test(id));
      }),
      { numRuns: 2_000 },
    );
  });

  test("the provider's own before all, an exact id before a pattern, the longer pattern first", () => {
    const price = (id: string, model: string, providerId?: string): PriceRecord => ({
      ...{ id, orgId: "o", providerId, model, origin: "api", createdAt: 1, updatedAt: 1 },
      ...{ removedAt: undefined, versions: [] },
    });
    const all = [
      price("any", "*"),
      price("long", "gpt-*"),
      price("exact", "gpt-4o"),
      price("own", "*", "p1"),
      price("other", "gpt-4o", "p2"),
    ];
    const chosen = (providerId: string, wireId: string, from = all) =>
      overrideFor(from, { providerId, wireId })?.id;
    expect(chosen("p1", "gpt-4o")).toBe("own");
    expect(chosen("p2", "gpt-4o")).toBe("other");
    expect(chosen("p3", "gpt-4o")).toBe("exact");
    expect(chosen("p3", "gpt-5")).toBe("long");
    expect(chosen("p3", "llama")).toBe("any");
    expect(chosen("p3", "llama", [])).toBeUndefined();
  });
});
