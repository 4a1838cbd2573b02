import { connectionTokens, providerTokens } from "../oauth/token-place.ts";
import type { SealedStore } from "./sealed-store.ts";

/** Tokens that sign-ins gave for providers and connections. */
export const sealedTokens: SealedStore = {
  name: "tokens",
  table: "oauth_tokens",
  async page(reads, query) {
    const rows = await reads.tokens.pageSealed(query);
    return rows.flatMap(({ record, userId, connector }) => {
      const { sealed, owner } = record;
      if (sealed === undefined) return [];
      const place =
        owner.kind === "provider" ? providerTokens(owner) : connectionTokens({ ...owner, userId, connector });
      return {
        cursor: owner.id,
        what: `${owner.id} tokens`,
        sealed,
        binding: place.binding,
        replace: (writes, renewed) => writes.tokens.rewrap(record, renewed),
      };
    });
  },
};
