import { PenstockError } from "../../errors/penstock-error.ts";
import type { Reads } from "../../storage/repositories/reads.ts";

/** Throws `conflict` when another provider of the org has the name, whatever its case. */
export async function requireFreeName(
  reads: Reads,
  wanted: { readonly orgId: string; readonly name: string; readonly id?: string },
): Promise<void> {
  const holder = await reads.providers.findByName(wanted);
  if (holder === undefined || holder.id === wanted.id) return;
  throw new PenstockError("conflict", { fields: { reason: `A provider named \`${holder.name}\` exists.` } });
}
