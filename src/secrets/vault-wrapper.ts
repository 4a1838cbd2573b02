import { kekUnavailable } from "./kek-error.ts";
import { contextText, type KeyWrapper, type WrapContext } from "./key-wrapper.ts";
import type { Secret } from "./secret.ts";

export interface VaultOptions {
  /** Of the transit engine, e.g. `transit`. */
  readonly mount: string;
  readonly key: string;
  /** VAULT_ADDR, without a slash at the end. */
  readonly address: string;
  /** Read anew for every call: an agent may renew it. Throws what keeps it from being read. */
  readonly token: () => Promise<Secret>;
  /** VAULT_NAMESPACE. */
  readonly namespace?: string | undefined;
}

const attempts = 3;
const firstWaitMs = 250;
const timeoutMs = 5_000;

/**
 * Wraps by the transit engine of HashiCorp Vault (or OpenBao). The context goes as `associated_data`, which authenticates
 * it, and as `context`, which keys with derivation need. Needs `update` on `<mount>/encrypt/<key>` and `<mount>/decrypt/<key>`.
 * Source: https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export class VaultWrapper implements KeyWrapper {
  readonly id: string;
  readonly #options: VaultOptions;

  constructor(options: VaultOptions) {
    this.id = `vault:${options.mount}/${options.key}`;
    this.#options = options;
  }

  async wrap(masterKey: Buffer, context: WrapContext): Promise<string> {
    const { ciphertext } = await this.#call("encrypt", {
      plaintext: masterKey.toString("base64"),
      ...bound(context),
    });
    if (typeof ciphertext !== "string" || versionOf(ciphertext) === undefined) {
      throw kekUnavailable("Vault answered without a ciphertext");
    }
    return ciphertext;
  }

  async unwrap(wrapped: string, context: WrapContext): Promise<Buffer> {
    const { plaintext } = await this.#call("decrypt", { ciphertext: wrapped, ...bound(context) });
    const key = Buffer.from(typeof plaintext === "string" ? plaintext : "", "base64");
    if (key.length !== 32) throw kekUnavailable("Vault answered with something that is no master key");
    return key;
  }

  /** Asked by encrypting, which needs no further permission: the answer names the newest version. */
  async isCurrent(wrapped: string): Promise<boolean> {
    const probe = await this.wrap(Buffer.alloc(32), { keyId: "version-probe" });
    return versionOf(probe) === versionOf(wrapped);
  }

  async #call(verb: "encrypt" | "decrypt", body: object): Promise<Readonly<Record<string, unknown>>> {
    for (let attempt = 1; ; attempt++) {
      const { answer, reason, cause, again } = await this.#send(verb, body);
      if (answer !== undefined) return answer;
      if (!again || attempt === attempts) throw kekUnavailable(reason, cause);
      await Bun.sleep(firstWaitMs * 2 ** (attempt - 1));
    }
  }

  async #send(verb: string, body: object): Promise<Outcome> {
    const { address, mount, key, namespace, token } = this.#options;
    const secret = await token().catch((cause: unknown) => {
      throw kekUnavailable("the token for Vault cannot be read", cause);
    });
    try {
      const response = await fetch(`${address}/v1/${mount}/${verb}/${key}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-vault-request": "true",
          "x-vault-token": secret.reveal(),
          ...(namespace !== undefined && { "x-vault-namespace": namespace }),
        },
        body: JSON.stringify(body),
        // A redirect would take the token elsewhere.
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (response.ok) return { answer: dataOf(text) };
      const { status } = response;
      const again = status === 429 || status === 412 || status >= 500;
      return { reason: `Vault refused it (${status})`, cause: text.slice(0, 500), again };
    } catch (cause) {
      return { reason: "Vault cannot be reached", cause, again: true };
    }
  }
}

type Outcome =
  | {
      readonly answer: Readonly<Record<string, unknown>>;
      readonly reason?: never;
      readonly cause?: never;
      readonly again?: never;
    }
  | { readonly answer?: never; readonly reason: string; readonly cause: unknown; readonly again: boolean };

function bound(context: WrapContext) {
  const encoded = Buffer.from(contextText(context)).toString("base64");
  return { context: encoded, associated_data: encoded };
}

function dataOf(text: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(text);
  const data = typeof parsed === "object" && parsed !== null && "data" in parsed ? parsed.data : undefined;
  return typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
}

/** `vault:v3:…` is under version 3 of the key. */
function versionOf(ciphertext: string): string | undefined {
  return /^vault:(v\d+):/.exec(ciphertext)?.[1];
}
