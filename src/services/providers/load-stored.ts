import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ServiceContext } from "../service-context.ts";
import { openSecrets } from "./credentials.ts";
import type { StoredCandidate } from "./stored-candidate.ts";

/** What an update is laid over. A credential that cannot be opened counts as none, so that it can be replaced. */
export async function loadStored(
  ctx: ServiceContext,
  provider: ProviderRecord,
): Promise<StoredCandidate & { readonly baseUrl: string }> {
  const records = await ctx.storage.reads.credentials.listByProvider(provider.id);
  await ctx.vault.ensure(
    records.map(({ sealed }) => sealed),
    ctx.storage.reads.masterKeys,
  );
  return {
    baseUrl: provider.baseUrl,
    ...openOrNone(ctx, provider, records),
    options: provider.options,
    fingerprints: records.map((record) => record.fingerprint),
  };
}

function openOrNone(...args: Parameters<typeof openSecrets>): ReturnType<typeof openSecrets> {
  try {
    return openSecrets(...args);
  } catch {
    return { credential: {}, headers: {} };
  }
}
