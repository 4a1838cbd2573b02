import { toPenstockError } from "../../errors/penstock-error.ts";
import { requireOperator } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { sealedPlaces } from "./sealed-places.ts";

/** What protects the stored secrets, and whether all of them open. */
export interface SecretsStatus {
  /** Ids of the key-encryption keys, the one that wraps first. */
  readonly wrappers: readonly string[];
  /** The newest first, which seals. */
  readonly masterKeys: readonly MasterKeyStatus[];
  /** Counts of sealed values. */
  readonly values: {
    readonly total: number;
    /** Under the newest master key. */
    readonly current: number;
    /** Under an older one: rotation would re-wrap them. */
    readonly older: number;
    /** Cannot be opened. */
    readonly unreadable: readonly { readonly what: string; readonly reason: string }[];
  };
}

export interface MasterKeyStatus {
  readonly id: string;
  readonly wrapper: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Opens every sealed value and says how it stands. Operators only. */
export async function secretsStatus(ctx: ServiceContext): Promise<SecretsStatus> {
  requireOperator(ctx);
  await ctx.vault.refresh(ctx.storage.reads.masterKeys);
  const unreadable: { what: string; reason: string }[] = [];
  let current = 0;
  let older = 0;
  for await (const { place } of sealedPlaces(ctx.storage.reads, { limit: 500 })) {
    try {
      ctx.vault.open(place.sealed, place.binding);
      if (ctx.vault.isCurrent(place.sealed)) current++;
      else older++;
    } catch (error) {
      const { code, message } = toPenstockError(error);
      const reason = code === "internal" ? "it was altered or belongs elsewhere" : message;
      unreadable.push({ what: place.what, reason });
    }
  }
  const masterKeys = (await ctx.storage.reads.masterKeys.all()).map(({ id, wrapper, createdAt }) => ({
    id,
    wrapper,
    createdAt,
  }));
  const total = current + older + unreadable.length;
  return {
    wrappers: ctx.vault.wrappers.map(({ id }) => id),
    masterKeys,
    values: { total, current, older, unreadable },
  };
}
