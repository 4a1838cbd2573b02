import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { calcPrice, findProvider } from "@pydantic/genai-prices";
import fc from "fast-check";
import { bundledModel, bundledModels } from "../src/catalog/bundled-prices.ts";
import { pricedVendors } from "../src/catalog/profile-of.ts";
import { pricesAsOf, renderPrices } from "./gen-prices.ts";
import { toPriceTiers } from "./price-tiers.ts";

const vendors = [...new Set(pricedVendors().map(([, vendor]) => vendor))];

test("the committed prices are those of the installed package", async () => {
  const file = join(import.meta.dir, "../src/catalog/_prices.gen.ts");
  expect(await Bun.file(file).text()).toBe(renderPrices());
});

describe("the catalog answers as the package does", () => {
  test.each(vendors)("for every model of %s", (vendor) => {
    const provider = findProvider({ providerId: vendor });
    const ids = provider?.id === vendor ? provider.models.map(({ id }) => id) : [];
    expect(bundledModels(vendor)).toEqual(ids);
    for (const id of ids) expect(bundledModel(vendor, id)).toEqual(byPackage(vendor, id));
  });

  test("for ids of any vendor, other versions of them, and what is no id", () => {
    const anyId = fc.oneof(fc.constantFrom(...vendors.flatMap(bundledModels)), fc.string());
    const version = fc.constantFrom(
      "",
      "-latest",
      "-20250829",
      "-2025-08-29",
      ":free",
      "-v1:0",
      " ",
      "-fast",
    );
    const id = fc.tuple(fc.constantFrom("", "us.", "openai/"), anyId, version).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.constantFrom(...vendors), id, fc.boolean(), (vendor, lower, shouts) => {
        const asked = shouts ? lower.toUpperCase() : lower;
        expect(bundledModel(vendor, asked)).toEqual(byPackage(vendor, asked));
      }),
      { numRuns: 2_000 },
    );
  });

  test("a date is read in both of the ways vendors write it", () => {
    expect(bundledModel("openai", "gpt-4o-20240806")).toEqual(byPackage("openai", "gpt-4o-20240806"));
    expect(bundledModel("openai", "gpt-4o-20240806")?.id).toBe(
      bundledModel("openai", "gpt-4o-2024-08-06")?.id,
    );
  });
});

function byPackage(vendor: string, id: string) {
  const found = calcPrice({}, id, { providerId: vendor, timestamp: pricesAsOf });
  if (found === null || found.provider.id !== vendor) return undefined;
  const { id: own, name, context_window: contextTokens } = found.model;
  return { id: own, name, contextTokens, prices: toPriceTiers(found.model_price) };
}

describe("prices as tiers", () => {
  test("a field without steps keeps its price in every tier", () => {
    const tiers = toPriceTiers({
      input_mtok: { base: 1, tiers: [{ start: 100, price: 2 }] },
      output_mtok: 5,
      input_audio_mtok: 9,
    });
    expect(tiers.map(({ input, output, inputAudio }) => [input, output, inputAudio])).toEqual([
      [1, 5, 9],
      [2, 5, 9],
    ]);
  });

  test("what is billed by image or by the hour has no token price", () => {
    expect(toPriceTiers({ input_mtok: 5, output_image_mtok: 40 })).toEqual([]);
    expect(toPriceTiers({ audio_hours: 1 })).toEqual([]);
  });
});
