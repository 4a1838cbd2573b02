import type { Binding } from "../../secrets/binding.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { Schema } from "../../storage/schema.ts";
import { sealedConnections } from "./sealed-connections.ts";
import { sealedConnectorClients } from "./sealed-connector-clients.ts";
import { sealedCredentials } from "./sealed-credentials.ts";
import { sealedInstanceEntries } from "./sealed-instance-entries.ts";
import { sealedTokens } from "./sealed-tokens.ts";

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

/** A kind of place where sealed values are. Whoever seals values of a new kind adds one here, or rotation passes them over. */
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

export const sealedStores: readonly SealedStore[] = [
  sealedInstanceEntries,
  sealedCredentials,
  sealedConnections,
  sealedConnectorClients,
  sealedTokens,
];

/** Every sealed value from a place on, read in pages of `limit`. */
export async function* sealedPlaces(
  reads: Reads,
  { from, limit }: { readonly from?: SealedPosition | undefined; readonly limit: number },
): AsyncGenerator<{ readonly place: SealedPlace; readonly position: SealedPosition }> {
  const first = from === undefined ? 0 : sealedStores.findIndex(({ name }) => name === from.store);
  for (const store of sealedStores.slice(Math.max(first, 0))) {
    let after = store.name === from?.store ? from.cursor : undefined;
    while (true) {
      const page = await store.page(reads, { after, limit });
      for (const place of page) yield { place, position: { store: store.name, cursor: place.cursor } };
      after = page.at(-1)?.cursor;
      if (page.length < limit) break;
    }
  }
}

/** A place to go on from. */
export interface SealedPosition {
  readonly store: string;
  readonly cursor: string;
}
