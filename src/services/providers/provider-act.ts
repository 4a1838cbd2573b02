import type { CredentialRecord, ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { type Act, type ActFields, recordAct } from "../audit/record-act.ts";
import type { ServiceContext } from "../service-context.ts";

/** What the audit log names a provider by. */
export function providerTarget(provider: ProviderRecord): Pick<Act, "orgId" | "target"> {
  return {
    orgId: provider.orgId,
    target: { kind: "provider", id: provider.id, name: provider.name },
  };
}

/** What the audit log keeps of a provider: of its secrets their fingerprints. */
export function providerFields(provider: ProviderRecord, secrets: readonly CredentialRecord[]): ActFields {
  const { name, driver, baseUrl, options, enabled, priority, timeouts, quotaGroup, health } = provider;
  const fingerprints = secrets.map(({ field, fingerprint }) => [field, fingerprint] as const);
  return {
    name,
    driver,
    baseUrl,
    options,
    enabled,
    priority,
    timeouts,
    quotaGroup,
    status: health.status,
    secrets: Object.fromEntries(fingerprints),
  };
}

/** The same as the database has it now. */
export async function readProviderFields(writes: Writes, provider: ProviderRecord): Promise<ActFields> {
  return providerFields(provider, await writes.credentials.listByProvider(provider.id));
}

/** For acts that change nothing the provider's fields show. */
export function recordProviderAct(
  ctx: ServiceContext,
  writes: Writes,
  act: {
    readonly action: `provider.${string}`;
    readonly provider: ProviderRecord;
    readonly after: ActFields;
  },
): Promise<void> {
  return recordAct(ctx, writes, {
    ...providerTarget(act.provider),
    action: act.action,
    after: act.after,
  });
}
