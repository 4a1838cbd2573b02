import type { TokenKeeper } from "../../drivers/token-keeper.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import { providerTokens } from "./token-place.ts";
import { familyOf, sealTokens, type Tokens, toTokens } from "./tokens.ts";

/**
 * Keeps the tokens of a provider that is not saved yet: trying it may use up its refresh token, and then what came in its
 * place must be saved with it.
 */
export interface CandidateTokens extends TokenKeeper {
  /** Writes what there is; nothing when no token was needed. */
  save(
    ctx: ServiceContext,
    writes: Writes,
    provider: { readonly id: string; readonly orgId: string },
  ): Promise<void>;
}

/** `first`: those of the sign-in that made the candidate. */
export function createCandidateTokens(ctx: ServiceContext, first?: Tokens): CandidateTokens {
  let kept = first;
  return {
    async renew({ configured, refused, refresh }) {
      const family = familyOf(configured);
      const own = kept?.family === family ? kept : undefined;
      const isRefused = own?.token.reveal() === refused?.reveal();
      if (own !== undefined && !isRefused && ctx.now() < own.goodUntil) return own;
      const asked = ctx.now();
      const used = own?.refresh ?? configured;
      kept = toTokens(await refresh(used), { asked, family, refresh: used });
      return kept;
    },
    async save(into, writes, provider) {
      if (kept === undefined) return;
      const { owner, binding } = providerTokens(provider);
      await writes.tokens.put(owner, sealTokens(into.vault, kept, binding));
    },
  };
}
