import type { Reads } from "../../storage/repositories/reads.ts";
import { sealedAnswers } from "./sealed-answers.ts";
import { sealedConnections } from "./sealed-connections.ts";
import { sealedConnectorClients } from "./sealed-connector-clients.ts";
import { sealedCredentials } from "./sealed-credentials.ts";
import { sealedInstanceEntries } from "./sealed-instance-entries.ts";
import type { SealedPlace, SealedPosition, SealedStore } from "./sealed-store.ts";
import { sealedTokens } from "./sealed-tokens.ts";
import { sealedWebhooks } from "./sealed-webhooks.ts";

/** All of them: what is missing here is passed over by rotation. */
export const sealedStores: readonly SealedStore[] = [
  sealedInstanceEntries,
  sealedCredentials,
  sealedConnections,
  sealedConnectorClients,
  sealedTokens,
  sealedAnswers,
  sealedWebhooks,
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
