import { createHash } from "node:crypto";
import type { Secret } from "../../secrets/secret.ts";
import type { DriverFetch } from "../driver.ts";
import type { OAuth2Client } from "./oauth2-client.ts";
import type { TokenAnswer } from "./read-token.ts";
import { requestToken } from "./request-token.ts";
import type { KeptToken, TokenKeeper } from "./token-keeper.ts";

/** Milliseconds before its end at which a token is no longer used. */
const earlyMs = 120_000;
/** Milliseconds for which a token is used on that could not be renewed and has not expired. */
const graceMs = 10_000;
/** Milliseconds between two tokens that are got because the vendor refused one. */
const betweenRefusalsMs = 30_000;
/** The clock; that of the machine unless told. */
export type Clock = () => number;

/** What a source works with besides its client. */
export interface TokenSourceOptions {
  readonly now?: Clock;
  /** Where tokens of a sign-in are kept; without one, in this source only. */
  readonly keeper?: TokenKeeper | undefined;
}

/**
 * Access tokens of one client. A token is kept until 120 s before it expires; callers who find none share one request for
 * the next. A refusal is kept from nobody and nothing: the next caller asks again.
 */
export class TokenSource {
  readonly #client: OAuth2Client;
  readonly #now: Clock;
  readonly #keeper: TokenKeeper | undefined;
  #token: KeptToken | undefined;
  #pending: Promise<KeptToken> | undefined;
  #refused: Secret | undefined;
  /** When a refusal last made it ask anew. */
  #refusedAt: number | undefined;
  /** The server may replace the refresh token with each use. */
  #refreshToken: Secret | undefined;

  constructor(client: OAuth2Client, { now = Date.now, keeper }: TokenSourceOptions = {}) {
    this.#client = client;
    this.#now = now;
    this.#keeper = keeper;
    this.#refreshToken = client.grant.type === "refresh_token" ? client.grant.refreshToken : undefined;
  }

  /**
   * A token that is valid for a while.
   *
   * @throws PenstockError `upstream_credential_rejected` or `provider_misconfigured` when the server refuses the client,
   * `upstream_*` when it cannot be asked.
   */
  async token(fetch: DriverFetch): Promise<Secret> {
    const kept = this.#token;
    if (kept !== undefined && this.#now() < kept.goodUntil) return kept.token;
    this.#pending ??= this.#renew(fetch).finally(() => {
      this.#pending = undefined;
    });
    return (await this.#pending).token;
  }

  /**
   * The vendor does not take this token although it is not old enough: revoked, or its signing key replaced. It is
   * forgotten. False when a vendor that takes none at all would make every call ask for one.
   */
  refused(token: string): boolean {
    const kept = this.#token;
    // Another caller was refused with the same one, and has had it replaced or is about to.
    if (kept === undefined || kept.token.reveal() !== token) return true;
    const now = this.#now();
    if (this.#refusedAt !== undefined && now - this.#refusedAt < betweenRefusalsMs) return false;
    this.#refusedAt = now;
    this.#refused = kept.token;
    this.#token = undefined;
    return true;
  }

  async #renew(fetch: DriverFetch): Promise<KeptToken> {
    const before = this.#token;
    try {
      this.#token = await this.#request(fetch);
    } catch (error) {
      const now = this.#now();
      // It was to be renewed early; while it is still valid nobody need notice that it cannot be.
      if (before === undefined || now >= before.expiresAt) throw error;
      this.#token = { ...before, goodUntil: Math.min(now + graceMs, before.expiresAt) };
    }
    return this.#token;
  }

  async #request(fetch: DriverFetch): Promise<KeptToken> {
    const client = this.#client;
    if (this.#keeper !== undefined && client.grant.type === "refresh_token") {
      return this.#keeper.renew({
        configured: client.grant.refreshToken,
        refused: this.#refused,
        refresh: (refreshToken) => requestToken({ client, refreshToken, fetch }),
      });
    }
    const asked = this.#now();
    const answer = await requestToken({ client, refreshToken: this.#refreshToken, fetch });
    this.#refreshToken = answer.refreshToken ?? this.#refreshToken;
    return keptToken(answer, asked);
  }
}

/** When a token that was asked for at `asked` is to be replaced: 120 s early, or after half of a life shorter than twice that. */
export function keptToken(
  { token, lifetimeMs }: Pick<TokenAnswer, "token" | "lifetimeMs">,
  asked: number,
): KeptToken {
  const expiresAt = asked + lifetimeMs;
  return { token, expiresAt, goodUntil: expiresAt - Math.min(earlyMs, lifetimeMs / 2) };
}

/** Clients whose tokens are kept; the oldest is forgotten beyond. */
const maxSources = 1000;
const sources = new Map<string, TokenSource>();
/** Those of a provider whose tokens are kept elsewhere, too, live as long as its keeper. */
const keptSources = new WeakMap<TokenKeeper, Map<string, TokenSource>>();

/**
 * The tokens of a client, the same for whoever has exactly the same client: a provider keeps its token when another one is
 * changed. Held in memory only, under a digest, since the client's secret is part of what tells it apart.
 */
export function tokenSourceOf(client: OAuth2Client, keeper?: TokenKeeper): TokenSource {
  const isKept = keeper !== undefined && client.grant.type === "refresh_token";
  const known = isKept ? keptBy(keeper) : sources;
  const key = digest(client);
  const source = known.get(key) ?? new TokenSource(client, { keeper });
  // The one used last stands last.
  known.delete(key);
  known.set(key, source);
  const [oldest] = known.keys();
  if (known.size > maxSources && oldest !== undefined) known.delete(oldest);
  return source;
}

function keptBy(keeper: TokenKeeper): Map<string, TokenSource> {
  const known = keptSources.get(keeper) ?? new Map<string, TokenSource>();
  keptSources.set(keeper, known);
  return known;
}

function digest({
  tokenUrl,
  clientId,
  clientSecret,
  clientAuth,
  grant,
  scope,
  audience,
}: OAuth2Client): string {
  const refresh = grant.type === "refresh_token" ? grant.refreshToken.reveal() : "";
  const parts = [
    tokenUrl,
    clientId,
    clientSecret?.reveal(),
    clientAuth,
    grant.type,
    refresh,
    scope,
    audience,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}
