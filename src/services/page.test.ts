import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createWorld, type ServiceWorld } from "../../testkit/service-world.ts";
import { engines } from "../../testkit/storage-engines.ts";
import { createKey } from "./keys/create.ts";
import { listKeys } from "./keys/list.ts";
import { createModel } from "./models/create.ts";
import { listModels } from "./models/list.ts";
import { createProvider } from "./providers/create.ts";
import { listProviders } from "./providers/list.ts";

/** Case, length, accents and punctuation, which databases sort each in their own way unless told. */
const names = ["b", "A", "a-1", "a_1", "a.1", "ab", "Zoë", "zoe", "Éa", "ea", "100%", "1_0", "über", "Ü2"];

for (const engine of engines) {
  describe(`lists on ${engine}`, () => {
    let world: ServiceWorld;
    beforeAll(async () => {
      world = await createWorld(engine);
      for (const name of names) await createKey(world.admin, { orgId: world.orgId, name });
    });
    afterAll(() => world.close());

    async function all(sort: string, limit: number): Promise<string[]> {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listKeys(world.admin, { orgId: world.orgId, sort, limit, cursor });
        found.push(...page.data.map(({ name }) => name));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return found;
    }

    test("pages of any size hold every row once, in the order asked for", async () => {
      const fold = (name: string) => Buffer.from(name.normalize("NFKC").toLowerCase());
      const byName = names.toSorted((a, b) => Buffer.compare(fold(a), fold(b)));
      const orders: Record<string, readonly string[]> = {
        created_at: names,
        "-created_at": names.toReversed(),
        name: byName,
        "-name": byName.toReversed(),
      };
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...Object.keys(orders)),
          fc.integer({ min: 1, max: 16 }),
          async (sort, limit) => {
            expect(await all(sort, limit)).toEqual([...(orders[sort] ?? [])]);
          },
        ),
        { numRuns: 20, seed: 4 },
      );
    });

    test("a search takes what it is given as it is, without case", async () => {
      const find = async (query: string) =>
        (await listKeys(world.admin, { orgId: world.orgId, query })).data.map(({ name }) => name);
      expect(await find("%")).toEqual(["100%"]);
      expect(await find("_")).toEqual(["a_1", "1_0"]);
      expect(await find("\\")).toEqual([]);
      expect(await find("ÜBER")).toEqual(["über"]);
      expect(await find("A")).toEqual(["A", "a-1", "a_1", "a.1", "ab", "Éa", "ea"]);
    });

    test("rows that come meanwhile neither repeat nor hide others", async () => {
      const { admin, orgId } = world;
      const { data } = await listKeys(admin, { orgId, sort: "name", limit: 1000 });
      const first = await listKeys(admin, { orgId, sort: "name", limit: 5 });
      await createKey(admin, { orgId, name: "0 before all" });
      const rest = await listKeys(admin, { orgId, sort: "name", limit: 1000, cursor: first.nextCursor });
      expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(data.map(({ id }) => id));
    });

    test("a cursor of another list, another order or nobody is refused", async () => {
      const { admin, orgId } = world;
      const { nextCursor } = await listKeys(admin, { orgId, sort: "name", limit: 1 });
      const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      for (const [sort, cursor] of [
        ["-name", nextCursor],
        ["created_at", nextCursor],
        ["name", "key_00000000000000000000000000"],
        ["name", forged(["providers", "name", "a", "key_1"])],
        ["name", forged(["keys", "name", 7, "key_1"])],
        ["name", forged(["keys", "name", "a\0", "key_1"])],
        ["created_at", forged(["keys", "created_at", "a", "key_1"])],
      ] as const) {
        const listed = listKeys(admin, { orgId, sort, cursor });
        expect(listed).rejects.toMatchObject({ code: "unprocessable", problems: [{ path: "?cursor" }] });
      }
      expect(listKeys(admin, { orgId, sort: "constructor" })).rejects.toMatchObject({
        problems: [{ path: "?sort" }],
      });
    });

    test("providers and models are found by what they are", async () => {
      const { admin, orgId } = world;
      for (const [name, priority] of [
        ["beta", 1],
        ["Alpha", 3],
        ["gamma", 2],
      ] as const) {
        const input = { orgId, name, priority, driver: "fake", credentials: { api_key: "sk-good" } };
        const { id } = await createProvider(admin, { ...input, discover: false, enabled: name !== "gamma" });
        await createModel(admin, { orgId, providerId: id, wireId: `${name}/Chat-1` });
        await createModel(admin, { orgId, providerId: id, wireId: "embed", kind: "embedding" });
      }
      const providers = async (filter: Partial<Parameters<typeof listProviders>[1]>) =>
        (await listProviders(admin, { orgId, ...filter })).data.map(({ name }) => name);
      expect(await providers({ sort: "name" })).toEqual(["Alpha", "beta", "gamma"]);
      expect(await providers({ sort: "-priority" })).toEqual(["Alpha", "gamma", "beta"]);
      expect(await providers({ enabled: false })).toEqual(["gamma"]);
      expect(await providers({ driver: "none" })).toEqual([]);
      expect(await providers({ status: "available", query: "ALP" })).toEqual(["Alpha"]);
      const models = async (filter: Partial<Parameters<typeof listModels>[1]>) =>
        (await listModels(admin, { orgId, ...filter })).data.map(({ wireId }) => wireId);
      expect(await models({ query: "chat", sort: "-name" })).toEqual([
        "gamma/Chat-1",
        "beta/Chat-1",
        "Alpha/Chat-1",
      ]);
      expect(await models({ kind: "embedding" })).toHaveLength(3);
      expect(await models({ favorite: true })).toEqual([]);
      const walked: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listModels(admin, { orgId, sort: "name", limit: 2, cursor });
        walked.push(...page.data.map(({ wireId }) => wireId));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      // Three models of one name: the id tells them apart where a page ends between them.
      expect(walked).toEqual(["Alpha/Chat-1", "beta/Chat-1", "embed", "embed", "embed", "gamma/Chat-1"]);
    });
  });
}
