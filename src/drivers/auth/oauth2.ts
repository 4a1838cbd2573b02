import { createHash } from "node:crypto";
import type { Secret } from "../../secrets/secret.ts";
import type { DriverFetch } from "../driver.ts";
import type { OAuth2Client } from "./oauth2-client.ts";
import type { AccessToken } from "./read-token.ts";
import { requestToken } from "./request-token.ts";

/** Milliseconds before its end at which a token is no longer used. */
const earlyMs = 120_000;
/** Milliseconds between two tokens that are got because the vendor refused one. */
const betweenRefusalsMs = 30_000;
/** The clock; that of the machine unless told. */
export type Clock = () => number;

/**
 * Access tokens of one client. A token is kept until 120 s before it expires; callers who find none share one request for
 * the next. A refusal is kept from nobody and nothing: the next caller asks again.
 */
export class TokenSource {
  readonly #client: OAuth2Client;
  readonly #now: Clock;
  #token: AccessToken | undefined;
  #pending: Promise<AccessToken> | undefined;
  /** When a refusal last made it ask anew. */
  #refusedAt: number | undefined;
  /** The server may replace the refresh token with each use. */
  #refreshToken: Secret | undefined;

  constructor(client: OAuth2Client, now: Clock = Date.now) {
    this.#client = client;
    this.#now = now;
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
    if (kept !== undefined && this.#now() < kept.goodUntil) return kept.value;
    this.#pending ??= this.#request(fetch).finally(() => {
      this.#pending = undefined;
    });
    return (await this.#pending).value;
  }

  /**
   * The vendor does not take this token although it is not old enough: revoked, or its signing key replaced. It is
   * forgotten. False when a vendor that takes none at all would make every call ask for one.
   */
  refused(token: string): boolean {
    const kept = this.#token;
    // Another caller was refused with the same one, and has had it replaced or is about to.
    if (kept === undefined || kept.value.reveal() !== token) return true;
    const now = this.#now();
    if (this.#refusedAt !== undefined && now - this.#refusedAt < betweenRefusalsMs) return false;
    this.#refusedAt = now;
    this.#token = undefined;
    return true;
  }

  async #request(fetch: DriverFetch): Promise<AccessToken> {
    const asked = this.#now();
    const answer = await requestToken({ client: this.#client, refreshToken: this.#refreshToken, fetch });
    this.#refreshToken = answer.refreshToken ?? this.#refreshToken;
    // A token that lives for less than that early end is used for half its life.
    const early = Math.min(earlyMs, answer.lifetimeMs / 2);
    this.#token = { value: answer.token, goodUntil: asked + answer.lifetimeMs - early };
    return this.#token;
  }
}

/** Clients whose tokens are kept; the oldest is forgotten beyond. */
const maxSources = 1000;
const sources = new Map<string, TokenSource>();

/**
 * The tokens of a client, the same for whoever has exactly the same client: a provider keeps its token when another one is
 * changed. Held in memory only, under a digest, since the client's secret is part of what tells it apart.
 */
export function tokenSourceOf(client: OAuth2Client): TokenSource {
  const key = digest(client);
  const known = sources.get(key);
  const source = known ?? new TokenSource(client);
  // The one used last stands last.
  sources.delete(key);
  sources.set(key, source);
  const [oldest] = sources.keys();
  if (sources.size > maxSources && oldest !== undefined) sources.delete(oldest);
  return source;
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
