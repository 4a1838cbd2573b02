import type { Binding } from "../../secrets/binding.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { Schema } from "../../storage/schema.ts";

/** One sealed value where it is stored. */
export interface SealedPlace {
  /** Tells it from the others of its store, in their order. */
  readonly cursor: string;
  /** For people; never the value. */
  readonly what: string;
  readonly sealed: string;
  readonly binding: Binding;
  /** Puts the same value under another master key in its place, unless somebody replaced or removed it meanwhile. */
  replace(writes: Writes, sealed: string): Promise<void>;
}

/** A kind of place where sealed values are. Whoever seals values of a new kind adds one to `sealedStores`. */
export interface SealedStore {
  readonly name: string;
  /** The table whose column `sealed` (of the instance: `value`) they are in. */
  readonly table: keyof Schema;
  /** Values in the order of their cursors, from `after` (exclusive). */
  page(
    reads: Reads,
    query: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly SealedPlace[]>;
}

/** A place to go on from. */
export interface SealedPosition {
  readonly store: string;
  readonly cursor: string;
}
