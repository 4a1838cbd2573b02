import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ServiceContext } from "../service-context.ts";
import { openCredential } from "./credentials.ts";
import type { StoredCandidate } from "./stored-candidate.ts";

/** What an update is laid over. A credential that cannot be opened counts as none, so that it can be replaced. */
export async function loadStored(
  ctx: ServiceContext,
  provider: ProviderRecord,
): Promise<StoredCandidate & { readonly baseUrl: string }> {
  const records = await ctx.storage.reads.credentials.listByProvider(provider.id);
  return {
    baseUrl: provider.baseUrl,
    credential: openOrNone(ctx, provider, records),
    options: provider.options,
    fingerprints: records.map((record) => record.fingerprint),
  };
}

function openOrNone(...args: Parameters<typeof openCredential>): ReturnType<typeof openCredential> {
  try {
    return openCredential(...args);
  } catch {
    return {};
  }
}
