import type { KMSClient } from "@aws-sdk/client-kms";
import { kekUnavailable } from "./kek-error.ts";
import type { KeyWrapper, WrapContext } from "./key-wrapper.ts";

export interface KmsOptions {
  /** ARN of a symmetric key, or of an alias of one; names the region, too. */
  readonly arn: string;
  /** In place of the region's own, e.g. a VPC endpoint; the AWS SDK's AWS_ENDPOINT_URL_KMS does the same. */
  readonly endpoint?: string | undefined;
}

/** For one call, retries included; a start that cannot reach its keys fails rather than hangs. */
const deadlineMs = 15_000;

/**
 * Wraps by AWS KMS, with the credentials of the AWS default chain. The context is the encryption context, which KMS
 * authenticates and CloudTrail shows. Needs `kms:Encrypt` and `kms:Decrypt`.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 */
export class KmsWrapper implements KeyWrapper {
  readonly id: string;
  readonly #options: KmsOptions;
  #client: Promise<KMSClient> | undefined;

  constructor(options: KmsOptions) {
    this.id = `aws-kms:${options.arn}`;
    this.#options = options;
  }

  async wrap(masterKey: Buffer, context: WrapContext): Promise<string> {
    const { EncryptCommand } = await import("@aws-sdk/client-kms");
    const command = new EncryptCommand({
      KeyId: this.#options.arn,
      Plaintext: masterKey,
      EncryptionContext: encryptionContext(context),
    });
    const { CiphertextBlob } = await this.#ask((client, abortSignal) =>
      client.send(command, { abortSignal }),
    );
    if (CiphertextBlob === undefined) throw kekUnavailable("AWS KMS answered without a ciphertext");
    return Buffer.from(CiphertextBlob).toString("base64");
  }

  async unwrap(wrapped: string, context: WrapContext): Promise<Buffer> {
    const { DecryptCommand } = await import("@aws-sdk/client-kms");
    const command = new DecryptCommand({
      // Named, so that a text that another key wrapped is refused.
      KeyId: this.#options.arn,
      CiphertextBlob: Buffer.from(wrapped, "base64"),
      EncryptionContext: encryptionContext(context),
    });
    const { Plaintext } = await this.#ask((client, abortSignal) => client.send(command, { abortSignal }));
    if (Plaintext?.length !== 32)
      throw kekUnavailable("AWS KMS answered with something that is no master key");
    return Buffer.from(Plaintext);
  }

  /** KMS keeps the versions of a key to itself and opens all of them. */
  async isCurrent(): Promise<boolean> {
    return true;
  }

  async #ask<T>(call: (client: KMSClient, signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      this.#client ??= createClient(this.#options);
      return await call(await this.#client, AbortSignal.timeout(deadlineMs));
    } catch (cause) {
      throw kekUnavailable(reasonOf(cause), cause);
    }
  }
}

async function createClient({ arn, endpoint }: KmsOptions): Promise<KMSClient> {
  const { KMSClient } = await import("@aws-sdk/client-kms");
  const [, , , region = ""] = arn.split(":");
  return new KMSClient({ region, maxAttempts: 3, ...(endpoint !== undefined && { endpoint }) });
}

function encryptionContext({ keyId }: WrapContext): Record<string, string> {
  return { application: "penstock", purpose: "master-key", id: keyId };
}

/** AWS's own name of the error is safe to show and says what to do; its message names accounts and roles. */
function reasonOf(cause: unknown): string {
  const status =
    typeof cause === "object" && cause !== null && "$metadata" in cause
      ? (cause.$metadata as { readonly httpStatusCode?: number }).httpStatusCode
      : undefined;
  const name = cause instanceof Error ? cause.name : "unknown error";
  return status === undefined
    ? `AWS KMS cannot be reached (${name})`
    : `AWS KMS refused it (${status} ${name})`;
}
