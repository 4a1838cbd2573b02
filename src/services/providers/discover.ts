import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";

/** Names of models as the vendor spells them. */
export interface DiscoveryResult {
  readonly added: readonly string[];
  /** No longer at the vendor; kept and marked. */
  readonly stale: readonly string[];
  readonly enabled: readonly string[];
  readonly total: number;
}

export async function discoverModels(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<DiscoveryResult> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
