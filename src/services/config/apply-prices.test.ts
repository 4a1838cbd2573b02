import { afterEach, describe, expect, test } from "bun:test";
import { startControlPlane, type TestControlPlane } from "../../../testkit/control-plane.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { listPrices } from "../prices/list.ts";
import { applyConfig } from "./apply-config.ts";
import { changesOf } from "./config-plan.ts";
import { parseConfig } from "./document/parse-config.ts";
import { resolveReferences } from "./document/resolve-references.ts";

let penstock: TestControlPlane;
afterEach(() => penstock.stop());

async function apply(text: string) {
  const document = parseConfig(text, { file: "penstock.yaml" });
  const values = await resolveReferences(document, { env: () => "sk-one", file: async () => undefined });
  return applyConfig(penstock.ctx, {
    document,
    values,
    orgId: undefined,
    dryRun: false,
    mayGenerateKeys: true,
  });
}

describe.each(engines)("on %s", (engine) => {
  test("prices are those of the file, for all providers or one, and go with it", async () => {
    penstock = await startControlPlane({ engine });
    const { ctx, orgId } = penstock;
    const file = (driver: string, lines: string) =>
      `orgs:\n  default:\n    providers:\n` +
      `      - { name: Main, driver: ${driver}, credentials: { api_key: { env: KEY } }, models: [m1] }\n${lines}`;
    const prices = (input: number) =>
      `    prices:\n      - { model: "m*", input: ${input}, output: 2, cache_read: 0.5 }\n` +
      "      - { model: m1, provider: main, input: 3, output: 4, tiers: [{ service_tier: Flex, input: 1.5, output: 2 }] }\n";
    await apply(file("fake", prices(1)));
    const held = async () =>
      (await listPrices(ctx, { orgId, sort: "model" })).data.map(
        ({ model, providerName, current, versions }) => [
          ...[model, providerName, current?.tiers.map(({ input, serviceTier }) => [input, serviceTier])],
          versions.length,
        ],
      );
    const own = [
      "m1",
      "Main",
      [
        [3, undefined],
        [1.5, "flex"],
      ],
      1,
    ];
    expect(new Set(await held())).toEqual(new Set([["m*", undefined, [[1, undefined]], 1], own]));
    expect(changesOf((await apply(file("fake", prices(1)))).plan)).toEqual([]);
    const changed = await apply(file("fake", prices(2)));
    expect(changesOf(changed.plan)).toMatchObject([{ action: "update", kind: "price", name: "m*" }]);
    expect(await held()).toContainEqual(["m*", undefined, [[2, undefined]], 2]);
    // Another driver is another account: its price is made again.
    await apply(file("other", prices(2)));
    expect(await held()).toContainEqual(own);
    expect(changesOf((await apply(file("other", prices(2)))).plan)).toEqual([]);
    await expect(apply(file("other", "    prices: [{ model: m1, input: 1 }]\n"))).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining("needs `input` and `output`") }],
    });
    await apply(file("other", ""));
    expect(await held()).toEqual([]);
  });
});
