import type { TokenRenewal } from "../../drivers/auth/token-keeper.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import type { TokenPlace } from "./token-place.ts";
import { openTokens, sealTokens, type Tokens, toTokens } from "./tokens.ts";

/** How tokens are renewed of whoever they are. */
export interface Renewal extends Omit<TokenRenewal, "configured"> {
  readonly family: string;
  /** For when nothing is kept of this sign-in yet; undefined: then it has ended. */
  readonly configured: Secret | undefined;
}

/** Longer than any request for a token takes: after it, whoever renewed is taken for dead. */
const claimMs = 30_000;
const pollMs = 100;

type Step =
  | { readonly kind: "use"; readonly tokens: Tokens }
  | { readonly kind: "ask"; readonly refresh: Secret }
  | { readonly kind: "wait" };

/**
 * Tokens that are good: those kept, or new ones. One caller asks at a time, whichever replica it is on; the others wait for
 * what it gets. Throws what `refresh` throws, `upstream_credential_rejected` when there is nothing to refresh with, and
 * `storage_unavailable`.
 */
export async function renewTokens(ctx: ServiceContext, place: TokenPlace, renewal: Renewal): Promise<Tokens> {
  const kept = await readTokens(ctx, place);
  if (kept !== undefined && isGood(kept, renewal, ctx.now())) return kept;
  const by = crypto.randomUUID();
  const giveUp = performance.now() + claimMs;
  for (;;) {
    const step = await ctx.storage.change((writes) => nextStep(ctx, writes, { place, renewal, by }));
    if (step.kind === "use") return step.tokens;
    if (step.kind === "ask") return ask(ctx, place, { renewal, by, refresh: step.refresh });
    if (performance.now() > giveUp) {
      throw new PenstockError("upstream_timeout", { fields: { seconds: claimMs / 1000 } });
    }
    await Bun.sleep(pollMs);
  }
}

interface Attempt {
  readonly renewal: Renewal;
  readonly by: string;
}

async function nextStep(
  ctx: ServiceContext,
  writes: Writes,
  { place, renewal, by }: Attempt & { readonly place: TokenPlace },
): Promise<Step> {
  const now = ctx.now();
  const row = await writes.tokens.find(place.owner);
  await ctx.vault.ensure(row?.sealed === undefined ? [] : [row.sealed], writes.masterKeys);
  const kept = row?.sealed === undefined ? undefined : openTokens(ctx.vault, row.sealed, place.binding);
  const own = kept?.family === renewal.family ? kept : undefined;
  if (own !== undefined && isGood(own, renewal, now)) return { kind: "use", tokens: own };
  if (row !== undefined && now < row.claimedUntil) return { kind: "wait" };
  const refresh = own === undefined ? renewal.configured : own.refresh;
  if (refresh === undefined) {
    throw new PenstockError("upstream_credential_rejected", {
      fields: { reason: "the sign-in has ended and cannot be renewed" },
    });
  }
  await writes.tokens.claim(place.owner, { by, until: now + claimMs });
  return { kind: "ask", refresh };
}

/** Without a lock: nearly always somebody has got good ones already. */
async function readTokens(ctx: ServiceContext, { owner, binding }: TokenPlace): Promise<Tokens | undefined> {
  const { sealed } = (await ctx.storage.reads.tokens.find(owner)) ?? {};
  if (sealed === undefined) return undefined;
  await ctx.vault.ensure([sealed], ctx.storage.reads.masterKeys);
  return openTokens(ctx.vault, sealed, binding);
}

function isGood(tokens: Tokens, { family, refused }: Renewal, now: number): boolean {
  const isRefused = tokens.token.reveal() === refused?.reveal();
  return tokens.family === family && !isRefused && now < tokens.goodUntil;
}

async function ask(
  ctx: ServiceContext,
  place: TokenPlace,
  { renewal, by, refresh }: Attempt & { readonly refresh: Secret },
): Promise<Tokens> {
  const asked = ctx.now();
  try {
    const answer = await renewal.refresh(refresh);
    const tokens = toTokens(answer, { asked, family: renewal.family, refresh });
    await keep(ctx, place, tokens);
    return tokens;
  } catch (error) {
    await ctx.storage.change((writes) => writes.tokens.release(place.owner, by)).catch(() => {});
    throw error;
  }
}

const pausesMs = [100, 500, 2000];

/** The old refresh token is gone by now, so this must not fail for a hiccup of the database. */
async function keep(ctx: ServiceContext, place: TokenPlace, tokens: Tokens): Promise<void> {
  const sealed = sealTokens(ctx.vault, tokens, place.binding);
  for (const pause of [...pausesMs, undefined]) {
    try {
      await ctx.storage.change(async (writes) => {
        // Without a row its owner was removed meanwhile.
        if ((await writes.tokens.find(place.owner)) !== undefined)
          await writes.tokens.put(place.owner, sealed);
      });
      return;
    } catch (cause) {
      if (pause === undefined) {
        // What was got is good all the same; after a restart the sign-in may have to be repeated.
        ctx.log({ level: "error", event: "oauth_tokens_unsaved", fields: { owner: place.owner.id }, cause });
        return;
      }
      await Bun.sleep(pause);
    }
  }
}
