import { createHash } from "node:crypto";
import { z } from "zod";
import { keptToken } from "../../drivers/auth/oauth2.ts";
import type { TokenAnswer } from "../../drivers/auth/read-token.ts";
import type { KeptToken } from "../../drivers/auth/token-keeper.ts";
import type { Binding } from "../../secrets/binding.ts";
import { Secret } from "../../secrets/secret.ts";
import type { Vault } from "../../secrets/vault.ts";

/** What an authorization server gave; times are milliseconds since the epoch. */
export interface Tokens extends KeptToken {
  /** Undefined: they end with the access token. */
  readonly refresh: Secret | undefined;
  /** Which sign-in they come from: when an admin sets another refresh token, they are no longer good. */
  readonly family: string;
}

/** For tokens of servers that do not let them expire. */
const never = Number.MAX_SAFE_INTEGER;

/** The tokens of an answer to what was asked at `asked`. A server that does not replace the refresh token lets the old one live. */
export function toTokens(
  answer: TokenAnswer,
  from: { readonly asked: number; readonly family: string; readonly refresh?: Secret | undefined },
): Tokens {
  const refresh = answer.refreshToken ?? from.refresh;
  const lasting = refresh === undefined && !answer.isLifetimeStated;
  const kept = lasting
    ? { token: answer.token, goodUntil: never, expiresAt: never }
    : keptToken(answer, from.asked);
  return { ...kept, refresh, family: from.family };
}

/** Tells sign-ins apart without keeping what they began with. */
export function familyOf(refreshToken: Secret): string {
  return createHash("sha256").update(refreshToken.reveal()).digest("hex").slice(0, 32);
}

const schema = z.object({
  access: z.string(),
  refresh: z.string().optional(),
  goodUntil: z.number(),
  expiresAt: z.number(),
  family: z.string(),
});

/** The tokens as one sealed text. */
export function sealTokens(vault: Vault, tokens: Tokens, binding: Binding): string {
  const { token, refresh, goodUntil, expiresAt, family } = tokens;
  const plain: z.infer<typeof schema> = {
    access: token.reveal(),
    ...(refresh !== undefined && { refresh: refresh.reveal() }),
    goodUntil,
    expiresAt,
    family,
  };
  return vault.seal(new Secret(JSON.stringify(plain)), binding);
}

/** The other way round. Throws as `Vault.open` does. */
export function openTokens(vault: Vault, sealed: string, binding: Binding): Tokens {
  const plain = schema.parse(JSON.parse(vault.open(sealed, binding).reveal()));
  const { access, refresh, ...rest } = plain;
  return {
    ...rest,
    token: new Secret(access),
    refresh: refresh === undefined ? undefined : new Secret(refresh),
  };
}
