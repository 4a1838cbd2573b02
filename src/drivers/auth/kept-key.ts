import { Secret } from "../../secrets/secret.ts";
import type { Clock } from "./oauth2.ts";
import type { AwsKey } from "./sigv4.ts";

/** Temporary credentials in AWS's own names. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Absent: they do not expire. */
  readonly expiration?: Date | undefined;
}

interface Kept {
  readonly key: AwsKey;
  /** Milliseconds of the clock. */
  readonly goodUntil: number;
  readonly expiresAt: number;
}

/** Milliseconds before their end at which credentials are replaced, as AWS's own clients do. */
const earlyMs = 300_000;
/** How long those without an end are kept: files may be edited. */
const staticMs = 3_600_000;
/** How long credentials that are still good are kept on when new ones could not be had. */
const retryMs = 10_000;

/** A key that is replaced shortly before it expires; callers who find none share one look-up. */
export class KeptKey {
  readonly #now: Clock;
  #kept: Kept | undefined;
  #pending: Promise<Kept> | undefined;

  constructor(now: Clock = Date.now) {
    this.#now = now;
  }

  /** The same object as long as it is the same key. Rejects as `load` does, once no key is good any more. */
  async key(load: () => Promise<AwsCredentials>): Promise<AwsKey> {
    const kept = this.#kept;
    if (kept !== undefined && this.#now() < kept.goodUntil) return kept.key;
    this.#pending ??= this.#renew(load).finally(() => {
      this.#pending = undefined;
    });
    return (await this.#pending).key;
  }

  async #renew(load: () => Promise<AwsCredentials>): Promise<Kept> {
    try {
      this.#kept = this.#keep(await load());
    } catch (cause) {
      const now = this.#now();
      const old = this.#kept;
      if (old === undefined || now >= old.expiresAt) throw cause;
      this.#kept = { ...old, goodUntil: Math.min(now + retryMs, old.expiresAt) };
    }
    return this.#kept;
  }

  #keep({ accessKeyId, secretAccessKey, sessionToken, expiration }: AwsCredentials): Kept {
    const now = this.#now();
    const expiresAt = expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    if (!(expiresAt > now)) throw new RangeError("the credentials have expired");
    const left = Math.min(expiresAt - now, staticMs);
    return {
      key: {
        accessKeyId: new Secret(accessKeyId),
        secretAccessKey: new Secret(secretAccessKey),
        sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
      },
      // Those that live for less than that early end are used for half their life.
      goodUntil: now + left - Math.min(earlyMs, left / 2),
      expiresAt,
    };
  }
}
