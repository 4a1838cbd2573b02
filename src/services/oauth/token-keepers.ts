import type { TokenKeeper, TokenKeepers } from "../../drivers/auth/token-keeper.ts";
import type { ServiceContext } from "../service-context.ts";
import { renewTokens } from "./renew-tokens.ts";
import { providerTokens } from "./token-place.ts";
import { familyOf } from "./tokens.ts";

/** Keepers over the database. `ctx` must not be inside a transaction: tokens are renewed outside of any. */
export function createTokenKeepers(ctx: ServiceContext): TokenKeepers {
  const keepers = new Map<string, TokenKeeper>();
  return (provider) => {
    const keeper = keepers.get(provider.id) ?? keeperOf(ctx, provider);
    keepers.set(provider.id, keeper);
    return keeper;
  };
}

function keeperOf(
  ctx: ServiceContext,
  provider: { readonly id: string; readonly orgId: string },
): TokenKeeper {
  const place = providerTokens(provider);
  return {
    renew: ({ configured, refused, refresh }) =>
      renewTokens(ctx, place, { configured, refused, refresh, family: familyOf(configured) }),
  };
}
