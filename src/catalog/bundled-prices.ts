import type { PriceTier } from "../plane/snapshot.ts";
import { priceData } from "./_prices.gen.ts";
import { matchesId } from "./id-match.ts";
import { type PriceRow, type PriceRows, toTier } from "./price-row.ts";

/** A model as the price data knows it. */
export interface BundledModel {
  /** The vendor's id of the model, of which the id asked about may be a version. */
  readonly id: string;
  readonly name: string | undefined;
  readonly contextTokens: number | undefined;
  readonly prices: readonly PriceTier[];
}

/** What the bundled price data says of a model of one of its vendors; nothing is fetched. */
export function bundledModel(vendor: string, wireId: string): BundledModel | undefined {
  const rows = rowsOf(vendor);
  const id = wireId.toLowerCase().trim();
  const row = rows && (findRow(rows, id) ?? findRow(rows, withDashedDate(id)));
  if (row === undefined) return undefined;
  return { id: row.id, name: row.name, contextTokens: row.contextTokens, prices: row.tiers.map(toTier) };
}

/** The ids of every model the data has of a vendor. */
export function bundledModels(vendor: string): readonly string[] {
  return (rowsOf(vendor)?.models ?? []).map(({ id }) => id);
}

// A vendor's rows are read when it is first asked about: most servers use a few vendors, and all of them would be megabytes.
const read = new Map<string, PriceRows>();

function rowsOf(vendor: string): PriceRows | undefined {
  const known = read.get(vendor);
  const text = priceData.get(vendor);
  if (known !== undefined || text === undefined) return known;
  const rows = JSON.parse(text) as PriceRows;
  read.set(vendor, rows);
  return rows;
}

function findRow(rows: PriceRows, id: string): PriceRow | undefined {
  const own = rows.models.find(({ match }) => matchesId(match, id));
  if (own !== undefined) return own;
  for (const vendor of rows.fallbacks ?? []) {
    const fallback = rowsOf(vendor);
    const found = fallback && findRow(fallback, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

const compactDate = /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

/** Some vendors write the date of a model `20250829` where others write `2025-08-29`. */
function withDashedDate(id: string): string {
  return id.replace(compactDate, "-$1-$2-$3");
}
