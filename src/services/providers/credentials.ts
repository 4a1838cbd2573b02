import type { Binding } from "../../secrets/binding.ts";
import type { CredentialRecord, ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import type { Candidate } from "./candidate.ts";
import { partSecrets, secretsOf } from "./secrets-of.ts";

/** Where a sealed credential field belongs. */
export function credentialBinding(
  orgId: string,
  record: Pick<CredentialRecord, "providerId" | "field">,
): Binding {
  return { orgId, entity: record.providerId, field: record.field };
}

/** Decrypts a provider's secrets. Throws `invalid_request` when the master key is missing, `internal` when one was altered. */
export function openSecrets(
  ctx: Pick<ServiceContext, "vault">,
  provider: ProviderRecord,
  records: readonly CredentialRecord[],
): Pick<Candidate, "credential" | "headers"> {
  return partSecrets(
    records.map((record) => [
      record.field,
      ctx.vault.open(record.sealed, credentialBinding(provider.orgId, record)),
    ]),
  );
}

/** Writes what differs from what is stored and removes what is no longer there. */
export async function saveSecrets(
  ctx: ServiceContext,
  writes: Writes,
  change: {
    readonly provider: { readonly id: string; readonly orgId: string };
    readonly before: Pick<Candidate, "credential" | "headers">;
    readonly after: Pick<Candidate, "credential" | "headers">;
  },
): Promise<void> {
  const { provider } = change;
  const [before, after] = [secretsOf(change.before), secretsOf(change.after)];
  for (const [field, value] of Object.entries(after)) {
    if (before[field]?.reveal() === value.reveal()) continue;
    const place = { providerId: provider.id, field };
    const sealed = ctx.vault.seal(value, credentialBinding(provider.orgId, place));
    await writes.credentials.put(provider.orgId, {
      ...place,
      sealed,
      fingerprint: ctx.vault.fingerprint(value),
      setAt: ctx.now(),
      setBy: ctx.actor.name,
    });
  }
  for (const field of Object.keys(before)) {
    if (after[field] === undefined) {
      await writes.credentials.remove(provider.orgId, { providerId: provider.id, field });
    }
  }
}
