import type { TokenKeeper } from "../../drivers/auth/token-keeper.ts";
import type { Credential } from "../../drivers/driver.ts";
import type { Vault } from "../../secrets/vault.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import { providerTokens } from "./token-place.ts";
import { familyOf, sealTokens, type Tokens, toTokens } from "./tokens.ts";

/**
 * Tokens of providers that are not saved yet. Trying one may use up its refresh token, and then what came in its place must
 * be saved with it, also when it was only checked first. In memory, of one process, the newest few.
 */
const memories = new WeakMap<Vault, CandidateMemory>();
const maxFamilies = 200;

interface CandidateMemory {
  readonly keeper: TokenKeeper;
  readonly families: Map<string, Tokens>;
}

/** Keeps the tokens of whatever candidate. */
export function candidateTokens(ctx: ServiceContext): TokenKeeper {
  return memoryOf(ctx).keeper;
}

/** The first tokens of a sign-in, for the provider that is made of it. */
export function rememberTokens(ctx: ServiceContext, tokens: Tokens): void {
  const { families } = memoryOf(ctx);
  families.set(tokens.family, tokens);
  const [oldest] = families.keys();
  if (families.size > maxFamilies && oldest !== undefined) families.delete(oldest);
}

/** Saves what trying the candidate gave; nothing when no token was needed. */
export async function saveCandidateTokens(
  ctx: ServiceContext,
  writes: Writes,
  saved: {
    readonly provider: { readonly id: string; readonly orgId: string };
    readonly before: Credential;
    readonly after: Credential;
  },
): Promise<void> {
  const { provider, before, after } = saved;
  const { families } = memoryOf(ctx);
  for (const [field, value] of Object.entries(after)) {
    const tokens = families.get(familyOf(value));
    if (tokens === undefined || before[field]?.reveal() === value.reveal()) continue;
    const { owner, binding } = providerTokens(provider);
    await writes.tokens.put(owner, sealTokens(ctx.vault, tokens, binding));
  }
}

/** For a saved provider that is tried with changes: what it is saved with is its own keeper's. */
export function tokensOfChange(
  ctx: ServiceContext,
  change: {
    readonly provider: { readonly id: string; readonly orgId: string };
    readonly before: Credential;
  },
): TokenKeeper {
  const own = ctx.tokenKeepers?.(change.provider);
  const families = new Set(Object.values(change.before).map((value) => value.reveal()));
  return {
    renew: (renewal) =>
      own !== undefined && families.has(renewal.configured.reveal())
        ? own.renew(renewal)
        : candidateTokens(ctx).renew(renewal),
  };
}

function memoryOf(ctx: ServiceContext): CandidateMemory {
  const memory = memories.get(ctx.vault) ?? createMemory(ctx);
  memories.set(ctx.vault, memory);
  return memory;
}

function createMemory(ctx: ServiceContext): CandidateMemory {
  const families = new Map<string, Tokens>();
  const keeper: TokenKeeper = {
    async renew({ configured, refused, refresh }) {
      const family = familyOf(configured);
      const kept = families.get(family);
      const isRefused = kept !== undefined && kept.token.reveal() === refused?.reveal();
      if (kept !== undefined && !isRefused && ctx.now() < kept.goodUntil) return kept;
      const asked = ctx.now();
      const used = kept?.refresh ?? configured;
      const tokens = toTokens(await refresh(used), { asked, family, refresh: used });
      rememberTokens(ctx, tokens);
      return tokens;
    },
  };
  return { keeper, families };
}
