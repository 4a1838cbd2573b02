import type { PriceRecord, PriceVersion } from "../../storage/records/price-record.ts";
import type { Act, ActFields } from "../audit/record-act.ts";

/** What the audit log names a price by. */
export function priceTarget({ orgId, id, model }: PriceRecord): Pick<Act, "orgId" | "target"> {
  return { orgId, target: { kind: "price", id, name: model } };
}

/** What the audit log keeps of a price. */
export function priceFields({ providerId, model }: PriceRecord, version?: PriceVersion): ActFields {
  const { version: number, effectiveFrom, tiers } = version ?? {};
  return { providerId, model, version: number, effectiveFrom, tiers };
}
