/**
 * Writes src/catalog/_prices.gen.ts from the package that collects vendors' prices: what the server needs of the vendors it knows,
 * each vendor a text, since the package's own module takes six megabytes of memory. `--check` only says whether the file is up to date.
 */
import { join } from "node:path";
import {
  calcPrice,
  findProvider,
  type MatchLogic,
  type ModelInfo,
  type Provider,
} from "@pydantic/genai-prices";
import type { IdMatch } from "../src/catalog/id-match.ts";
import { type PriceRow, type PriceRows, toTierRow } from "../src/catalog/price-row.ts";
import { pricedVendors } from "../src/catalog/profile-of.ts";
import { toPriceTiers } from "./price-tiers.ts";

const target = join(import.meta.dir, "../src/catalog/_prices.gen.ts");

/**
 * Prices change on dates the data knows. They are those of a fixed moment, so that the same package gives the same file; it moves when the
 * package is updated. Noon UTC, since some vendors are cheaper at night.
 */
export const pricesAsOf = new Date("2026-11-21T12:00:00Z");

/** The text of the file for what the package holds. */
export function renderPrices(): string {
  const vendors = new Map<string, PriceRows>();
  for (const [, vendor] of pricedVendors()) collect(vendor, vendors);
  return [
    "// Written by scripts/gen-prices.ts from @pydantic/genai-prices (see NOTICE); do not edit.",
    "",
    "/** The models and prices of each vendor, as JSON of `PriceRows`. */",
    "export const priceData: ReadonlyMap<string, string> = new Map([",
    ...[...vendors.keys()].sort().map((vendor) => entry(vendor, vendors.get(vendor))),
    "]);",
    "",
  ].join("\n");
}

function entry(vendor: string, rows: PriceRows | undefined): string {
  return `  ["${vendor}", '${JSON.stringify(rows).replace(/[\\']/g, "\\$&")}'],`;
}

function collect(vendor: string, into: Map<string, PriceRows>): void {
  const provider = findProvider({ providerId: vendor });
  // The package may answer with another vendor of a similar name: then nothing is known of this one.
  if (into.has(vendor) || provider?.id !== vendor) return;
  const fallbacks = provider.fallback_model_providers ?? [];
  into.set(vendor, {
    ...(fallbacks.length > 0 && { fallbacks }),
    models: provider.models.map((model) => toRow(provider, model)),
  });
  for (const fallback of fallbacks) collect(fallback, into);
}

function toRow(provider: Provider, model: ModelInfo): PriceRow {
  return {
    id: model.id,
    ...(model.name !== undefined && { name: model.name }),
    ...(model.context_window !== undefined && { contextTokens: model.context_window }),
    match: lowerCase(model.match),
    tiers: toPriceTiers(priceOf(provider, model)).map(toTierRow),
  };
}

/** The package's own choice among the prices of a model that change with time. */
function priceOf(provider: Provider, model: ModelInfo) {
  const alone = { ...provider, models: [{ ...model, match: { equals: "it" } }] };
  return calcPrice({}, "it", { provider: alone, timestamp: pricesAsOf })?.model_price ?? {};
}

/** Once here instead of at every look-up; a pattern says itself what it takes. */
function lowerCase(rule: MatchLogic): IdMatch {
  return JSON.parse(JSON.stringify(rule), (key, value) =>
    typeof value === "string" && key !== "regex" ? value.toLowerCase() : value,
  ) as IdMatch;
}

async function main(): Promise<void> {
  const text = renderPrices();
  const current = await Bun.file(target)
    .text()
    .catch(() => "");
  if (current === text) return;
  if (process.argv.includes("--check")) {
    console.error(
      "src/catalog/_prices.gen.ts is out of date: run `bun scripts/gen-prices.ts` and commit it.",
    );
    process.exit(1);
  }
  await Bun.write(target, text);
  console.log("Wrote src/catalog/_prices.gen.ts.");
}

if (import.meta.main) await main();
