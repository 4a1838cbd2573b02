import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";

/** Counts of sealed values. */
export interface RotationResult {
  readonly total: number;
  readonly rewrapped: number;
  /** Under the current key already. */
  readonly current: number;
  /** Cannot be opened with the ring; left as they are. */
  readonly failed: readonly { readonly what: string; readonly reason: string }[];
}

/** Re-wraps every sealed value under the current master key. Resumable: what is current is passed over. */
export async function rotateSecrets(
  ctx: ServiceContext,
  input: { readonly dryRun: boolean },
): Promise<RotationResult> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
