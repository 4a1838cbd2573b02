import { PenstockError } from "../../errors/penstock-error.ts";
import { type AwsCredentials, KeptKey } from "./kept-key.ts";
import type { Clock } from "./oauth2.ts";
import type { AwsKey } from "./sigv4.ts";

/** Goes through the places of AWS's chain anew. */
export type LoadChain = () => Promise<AwsCredentials>;

const timeoutMs = 15_000;

/**
 * The credentials of the server itself, by AWS's default chain: environment, shared files and sign-in, web identity,
 * container, instance. Kept until shortly before they expire; callers who find none share one look-up.
 */
export class AwsChain {
  readonly #load: LoadChain;
  readonly #kept: KeptKey;

  constructor(load: LoadChain = loadDefaultChain, now: Clock = Date.now) {
    this.#load = load;
    this.#kept = new KeptKey(now);
  }

  /**
   * A key that is valid for a while; the same object as long as it is the same key.
   *
   * @throws PenstockError `provider_misconfigured` when the chain finds none.
   */
  key(): Promise<AwsKey> {
    return this.#kept
      .key(() => withTimeout(this.#load()))
      .catch((cause: unknown) => {
        // What the SDK says may name files and hosts of this server: it stays the cause.
        throw noCredentials(cause);
      });
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
