import { z } from "zod";
import { toPenstockError } from "../../errors/penstock-error.ts";
import { requireOperator } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { type RenewedMasterKeys, renewMasterKeys } from "./renew-master-keys.ts";
import { sealedPlaces } from "./sealed-places.ts";
import type { SealedPlace, SealedPosition } from "./sealed-store.ts";

export interface RotateSecretsInput {
  /** Open everything and change nothing. */
  readonly dryRun: boolean;
  /** Make a fresh master key although the current one is under the current key-encryption key. */
  readonly newKey?: boolean | undefined;
  /** Values looked at in this call: 1 to 1000, 500 by default. */
  readonly limit?: number | undefined;
  /** `next` of the call before; undefined: from the start, which also renews the master keys. */
  readonly from?: SealedPosition | undefined;
}

/** Counts of sealed values that this call looked at. */
export interface RotationResult {
  readonly masterKeys: RenewedMasterKeys;
  readonly total: number;
  /** Re-wrapped now, or in a dry run: would be. */
  readonly rewrapped: number;
  /** Under the current master key already. */
  readonly current: number;
  /** Cannot be opened; left as they are. */
  readonly failed: readonly { readonly what: string; readonly reason: string }[];
  /** Where to go on; undefined: that was the last of them. */
  readonly next: SealedPosition | undefined;
}

const schema = z.object({
  limit: z.int().min(1, "must be 1 or more").max(1000, "must be 1000 or less").default(500),
});

/**
 * Renews the master keys and re-wraps every sealed value under the newest, a bounded number of values a call; each is opened
 * under it before it is saved. Each value is a change of its own, so an interrupted rotation goes on where it stopped, from
 * `next` or from the start. Operators only. Throws `kek_unavailable`.
 */
export async function rotateSecrets(ctx: ServiceContext, input: RotateSecretsInput): Promise<RotationResult> {
  requireOperator(ctx);
  const { dryRun, from } = input;
  const { limit } = parseInput(schema, { limit: input.limit });
  const masterKeys =
    from === undefined || dryRun
      ? await renewMasterKeys(ctx, { dryRun, always: input.newKey === true })
      : { made: false, rewrapped: 0 };
  const count = new Count(ctx, { dryRun, all: dryRun && masterKeys.made });
  let next: SealedPosition | undefined;
  for await (const { place, position } of sealedPlaces(ctx.storage.reads, { from, limit })) {
    if (count.total === limit) return count.result({ masterKeys, next });
    await count.add(place);
    next = position;
  }
  return count.result({ masterKeys, next: undefined });
}

class Count {
  readonly #ctx: ServiceContext;
  readonly #mode: { readonly dryRun: boolean; readonly all: boolean };
  readonly #failed: { readonly what: string; readonly reason: string }[] = [];
  #rewrapped = 0;
  #current = 0;

  constructor(ctx: ServiceContext, mode: { readonly dryRun: boolean; readonly all: boolean }) {
    this.#ctx = ctx;
    this.#mode = mode;
  }

  get total(): number {
    return this.#rewrapped + this.#current + this.#failed.length;
  }

  async add(place: SealedPlace): Promise<void> {
    const renewed = await renew(this.#ctx, place);
    if (typeof renewed !== "string") this.#failed.push({ what: place.what, reason: renewed.reason });
    else if (renewed === place.sealed && !this.#mode.all) this.#current++;
    else {
      if (!this.#mode.dryRun) await this.#ctx.storage.change((writes) => place.replace(writes, renewed));
      this.#rewrapped++;
    }
  }

  async result(rest: Pick<RotationResult, "masterKeys" | "next">): Promise<RotationResult> {
    const [rewrapped, failed] = [this.#rewrapped, this.#failed];
    if (!this.#mode.dryRun && rewrapped > 0) {
      const masterKey = this.#ctx.vault.currentKeyId;
      await this.#ctx.storage.change((writes) =>
        recordAct(this.#ctx, writes, {
          orgId: undefined,
          action: "secrets.rotate",
          target: { kind: "master_key", id: masterKey, name: masterKey },
          after: { rewrapped, failed: failed.map(({ what }) => what) },
        }),
      );
    }
    return { ...rest, total: this.total, rewrapped, current: this.#current, failed };
  }
}

/** The value under the current key, or why there is none. */
async function renew(ctx: ServiceContext, place: SealedPlace): Promise<string | { readonly reason: string }> {
  await ctx.vault.ensure([place.sealed], ctx.storage.reads.masterKeys);
  try {
    // Opening first also verifies what is under the current key already.
    ctx.vault.open(place.sealed, place.binding);
    return ctx.vault.rewrap(place.sealed, place.binding);
  } catch (error) {
    const { code, message } = toPenstockError(error);
    return { reason: code === "internal" ? "it was altered or belongs elsewhere" : message };
  }
}
