import { PenstockError } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";
import type { Clock } from "./oauth2.ts";
import type { AwsKey } from "./sigv4.ts";

/** What AWS's chain gives, in its own names. */
export interface ChainCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Absent: they do not expire. */
  readonly expiration?: Date | undefined;
}

/** Goes through the places of AWS's chain anew. */
export type LoadChain = () => Promise<ChainCredentials>;

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
const timeoutMs = 15_000;

/**
 * The credentials of the server itself, by AWS's default chain: environment, shared files and sign-in, web identity,
 * container, instance. Kept until shortly before they expire; callers who find none share one look-up.
 */
export class AwsChain {
  readonly #load: LoadChain;
  readonly #now: Clock;
  #kept: Kept | undefined;
  #pending: Promise<Kept> | undefined;

  constructor(load: LoadChain = loadDefaultChain, now: Clock = Date.now) {
    this.#load = load;
    this.#now = now;
  }

  /**
   * A key that is valid for a while; the same object as long as it is the same key.
   *
   * @throws PenstockError `provider_misconfigured` when the chain finds none.
   */
  async key(): Promise<AwsKey> {
    const kept = this.#kept;
    if (kept !== undefined && this.#now() < kept.goodUntil) return kept.key;
    this.#pending ??= this.#renew().finally(() => {
      this.#pending = undefined;
    });
    return (await this.#pending).key;
  }

  async #renew(): Promise<Kept> {
    try {
      this.#kept = this.#keep(await withTimeout(this.#load()));
    } catch (cause) {
      const now = this.#now();
      const old = this.#kept;
      // What the SDK says may name files and hosts of this server: it stays the cause.
      if (old === undefined || now >= old.expiresAt) throw noCredentials(cause);
      this.#kept = { ...old, goodUntil: Math.min(now + retryMs, old.expiresAt) };
    }
    return this.#kept;
  }

  #keep({ accessKeyId, secretAccessKey, sessionToken, expiration }: ChainCredentials): Kept {
    const now = this.#now();
    const expiresAt = expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    if (expiresAt <= now) throw new RangeError("the credentials have expired");
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

/** Loaded when it is first needed, and built anew each time, since it keeps what it found. */
const loadDefaultChain: LoadChain = async () => {
  const { fromNodeProviderChain } = await import("@aws-sdk/credential-providers");
  return fromNodeProviderChain({ ignoreCache: true })();
};

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RangeError("the chain did not answer in time")), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function noCredentials(cause: unknown): PenstockError {
  const reason =
    "this server's own AWS credentials cannot be had: the default chain found none that are good";
  return new PenstockError("provider_misconfigured", { fields: { reason }, cause });
}
