import type { LaterPrices, ModelConfig } from "../../plane/snapshot.ts";
import type { PriceRecord, PriceVersion } from "../../storage/records/price-record.ts";

/** The version that holds at a time: of those that began, the one that began last, and of two at once the newer. */
export function versionAt(price: PriceRecord, at: number): PriceVersion | undefined {
  return inOrder(price).findLast(({ effectiveFrom }) => effectiveFrom <= at);
}

/** What the price of a model is now and will be, in the snapshot's terms. */
export function pricesOf(
  price: PriceRecord,
  now: number,
): Pick<ModelConfig, "laterPrices"> & {
  readonly current: Pick<ModelConfig, "prices" | "priceVersion"> | undefined;
} {
  const current = versionAt(price, now);
  const later = inOrder(price).filter(({ effectiveFrom }) => effectiveFrom > now);
  const laterPrices = later.map(
    (version): LaterPrices => ({
      from: version.effectiveFrom,
      prices: version.tiers,
      priceVersion: nameOf(price, version),
    }),
  );
  return {
    current: current && { prices: current.tiers, priceVersion: nameOf(price, current) },
    laterPrices: laterPrices.length === 0 ? undefined : laterPrices,
  };
}

/** As rows of the ledger name it. */
export function nameOf({ id }: PriceRecord, { version }: PriceVersion): string {
  return `${id}@${version}`;
}

/** A version that was made later takes the place of those that were to begin after it. */
function inOrder({ versions }: PriceRecord): readonly PriceVersion[] {
  return versions
    .filter(
      (each) =>
        !versions.some((other) => other.version > each.version && other.effectiveFrom <= each.effectiveFrom),
    )
    .toSorted((a, b) => a.effectiveFrom - b.effectiveFrom);
}
