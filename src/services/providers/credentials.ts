import type { Binding } from "../../secrets/binding.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { CredentialRecord, ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";

/** Where a sealed credential field belongs. */
export function credentialBinding(
  orgId: string,
  record: Pick<CredentialRecord, "providerId" | "field">,
): Binding {
  return { orgId, entity: record.providerId, field: record.field };
}

/** Decrypts a provider's credential. Throws `invalid_request` when the master key is missing, `internal` when it was altered. */
export function openCredential(
  ctx: Pick<ServiceContext, "vault">,
  provider: ProviderRecord,
  records: readonly CredentialRecord[],
): Readonly<Record<string, Secret>> {
  return Object.fromEntries(
    records.map((record) => [
      record.field,
      ctx.vault.open(record.sealed, credentialBinding(provider.orgId, record)),
    ]),
  );
}

/** Writes what differs from the stored fields and removes what the new credential lacks. */
export async function saveCredential(
  ctx: ServiceContext,
  writes: Writes,
  change: {
    readonly provider: { readonly id: string; readonly orgId: string };
    readonly before: Readonly<Record<string, Secret>>;
    readonly after: Readonly<Record<string, Secret>>;
  },
): Promise<void> {
  const { provider, before, after } = change;
  for (const [field, value] of Object.entries(after)) {
    if (before[field]?.reveal() === value.reveal()) continue;
    const place = { providerId: provider.id, field };
    const sealed = ctx.vault.seal(value, credentialBinding(provider.orgId, place));
    await writes.credentials.put(provider.orgId, {
      ...place,
      sealed,
      fingerprint: ctx.vault.fingerprint(value),
    });
  }
  for (const field of Object.keys(before)) {
    if (after[field] === undefined) {
      await writes.credentials.remove(provider.orgId, { providerId: provider.id, field });
    }
  }
}
