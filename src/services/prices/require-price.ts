import { PenstockError } from "../../errors/penstock-error.ts";
import type { PriceRecord } from "../../storage/records/price-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { notFound } from "../access.ts";
import { unprocessable } from "../parse-input.ts";

interface PriceRef {
  readonly orgId: string;
  readonly priceId: string;
}

/** A live price of the org; throws `not_found`. */
export async function requirePrice(reads: Reads, ref: PriceRef): Promise<PriceRecord> {
  const price = await requireAnyPrice(reads, ref);
  if (price.removedAt !== undefined) throw notFound(`price ${ref.priceId}`);
  return price;
}

/** The same, of one that was removed, too. */
export async function requireAnyPrice(reads: Reads, { orgId, priceId }: PriceRef): Promise<PriceRecord> {
  const price = await reads.prices.find({ orgId, id: priceId });
  if (price === undefined) throw notFound(`price ${priceId}`);
  return price;
}

/** The id of the org's provider that is named by its id or name; throws `unprocessable`. */
export async function readPriceProvider(
  reads: Reads,
  { orgId, provider }: { readonly orgId: string; readonly provider?: string | null | undefined },
): Promise<string | undefined> {
  if (provider === undefined || provider === null) return undefined;
  const [byId] = await reads.providers.list([provider]);
  if (byId?.orgId === orgId) return byId.id;
  const byName = await reads.providers.findByName({ orgId, name: provider });
  if (byName !== undefined) return byName.id;
  throw unprocessable([{ path: "/provider", message: `is no provider of the organization: ${provider}` }]);
}

/** Throws `conflict` when there is one of the same provider and model. */
export async function requireFreePrice(
  reads: Reads,
  price: Pick<PriceRecord, "orgId" | "providerId" | "model">,
): Promise<void> {
  const other = await reads.prices.findFor(price);
  if (other === undefined) return;
  const reason = `There is a price of \`${price.model}\` already: ${other.id}. Change that one.`;
  throw new PenstockError("conflict", { fields: { reason } });
}
