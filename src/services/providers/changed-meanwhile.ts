import { PenstockError } from "../../errors/penstock-error.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";

/** What somebody learned of a provider is about a configuration that is no more. */
export function changedMeanwhile(provider: Pick<ProviderRecord, "name">): PenstockError {
  return new PenstockError("conflict", {
    fields: { reason: `The provider \`${provider.name}\` was changed by somebody else meanwhile.` },
  });
}
