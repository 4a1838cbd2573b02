import type { PriceRecord } from "../../storage/records/price-record.ts";

/**
 * The org's own price of a model: one for its provider goes before one for all, an exact id before a pattern, a longer
 * pattern before a shorter one.
 */
export function overrideFor(
  prices: readonly PriceRecord[],
  model: { readonly providerId: string; readonly wireId: string },
): PriceRecord | undefined {
  let best: PriceRecord | undefined;
  for (const price of prices) {
    if (price.providerId !== undefined && price.providerId !== model.providerId) continue;
    if (fits(price.model, model.wireId) && (best === undefined || goesBefore(price, best))) best = price;
  }
  return best;
}

/** `*` stands for any characters, also none; everything else is itself. */
export function fits(pattern: string, wireId: string): boolean {
  if (!pattern.includes("*")) return pattern === wireId;
  const pieces = pattern.split("*");
  const [first = ""] = pieces;
  const last = pieces.at(-1) ?? "";
  if (!wireId.startsWith(first) || !wireId.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = wireId.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at + last.length <= wireId.length;
}

function goesBefore(one: PriceRecord, other: PriceRecord): boolean {
  const merits = ({ providerId, model }: PriceRecord) => [
    Number(providerId !== undefined),
    Number(!model.includes("*")),
    model.length,
  ];
  const [mine, theirs] = [merits(one), merits(other)];
  const at = mine.findIndex((merit, index) => merit !== theirs[index]);
  return at >= 0 && (mine[at] ?? 0) > (theirs[at] ?? 0);
}
