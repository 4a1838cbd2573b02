import { toPenstockError } from "../../errors/penstock-error.ts";
import type { Binding } from "../../secrets/binding.ts";
import type { CredentialRecord } from "../../storage/records/provider-record.ts";
import type { InstanceKey } from "../../storage/repositories/instance-repository.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { requireOperator } from "../access.ts";
import { instanceBinding } from "../bootstrap/open-vault.ts";
import { credentialBinding } from "../providers/credentials.ts";
import type { ServiceContext } from "../service-context.ts";

/** Counts of sealed values. */
export interface RotationResult {
  readonly total: number;
  /** Re-wrapped now, or in a dry run: would be. */
  readonly rewrapped: number;
  /** Under the current key already. */
  readonly current: number;
  /** Cannot be opened with the ring; left as they are. */
  readonly failed: readonly { readonly what: string; readonly reason: string }[];
}

interface SealedPlace {
  readonly what: string;
  readonly sealed: string;
  readonly binding: Binding;
  replace(writes: Writes, sealed: string): Promise<void>;
}

const sealedInstanceKeys: readonly InstanceKey[] = ["pepper", "bootstrap_pending"];

/**
 * Re-wraps every sealed value under the current master key; each is opened under it before it is saved. Each value is
 * a change of its own, so an interrupted rotation goes on where it stopped. A dry run opens all and writes nothing.
 */
export async function rotateSecrets(
  ctx: ServiceContext,
  input: { readonly dryRun: boolean },
): Promise<RotationResult> {
  requireOperator(ctx);
  const places = await ctx.storage.consistently((reads) => sealedPlaces(reads));
  const failed: RotationResult["failed"][number][] = [];
  let rewrapped = 0;
  let current = 0;
  for (const place of places) {
    const renewed = renew(ctx, place);
    if (typeof renewed !== "string") failed.push({ what: place.what, reason: renewed.reason });
    else if (renewed === place.sealed) current++;
    else {
      if (!input.dryRun) await ctx.storage.change((writes) => place.replace(writes, renewed));
      rewrapped++;
    }
  }
  return { total: places.length, rewrapped, current, failed };
}

/** The value under the current key, or why there is none. */
function renew(ctx: ServiceContext, place: SealedPlace): string | { readonly reason: string } {
  try {
    // Opening first also verifies what is under the current key already.
    ctx.vault.open(place.sealed, place.binding);
    return ctx.vault.rewrap(place.sealed, place.binding);
  } catch (error) {
    const { code, message } = toPenstockError(error);
    return { reason: code === "internal" ? "it was altered or belongs elsewhere" : message };
  }
}

async function sealedPlaces(reads: Reads): Promise<readonly SealedPlace[]> {
  const places: SealedPlace[] = [];
  for (const key of sealedInstanceKeys) {
    const sealed = await reads.instance.get(key);
    if (sealed === undefined) continue;
    const replace = (writes: Writes, renewed: string) => replaceInstance(writes, { key, sealed, renewed });
    places.push({ what: `instance ${key}`, sealed, binding: instanceBinding(key), replace });
  }
  const orgs = new Map((await reads.providers.all()).map((provider) => [provider.id, provider.orgId]));
  for (const credential of await reads.credentials.all()) {
    places.push(credentialPlace(credential, orgs.get(credential.providerId) ?? ""));
  }
  return places;
}

function credentialPlace(credential: CredentialRecord, orgId: string): SealedPlace {
  return {
    what: `${credential.providerId} ${credential.field}`,
    sealed: credential.sealed,
    binding: credentialBinding(orgId, credential),
    replace: (writes, renewed) => writes.credentials.rewrap(credential, renewed),
  };
}

/** Only if nobody replaced or removed the value since it was read. */
async function replaceInstance(
  writes: Writes,
  entry: { readonly key: InstanceKey; readonly sealed: string; readonly renewed: string },
): Promise<void> {
  if ((await writes.instance.get(entry.key)) === entry.sealed)
    await writes.instance.set(entry.key, entry.renewed);
}
