import type { Binding } from "./binding.ts";
import { rewrap, seal, sealedUnder, unseal } from "./envelope.ts";
import type { KeyRing } from "./key-ring.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { Secret } from "./secret.ts";

/** Where the wrapped master keys stand, the newest first. */
export interface MasterKeySource {
  all(): Promise<readonly WrappedMasterKey[]>;
}

export interface WrappedMasterKey {
  readonly id: string;
  /** Id of the key-encryption key. */
  readonly wrapper: string;
  readonly wrapped: string;
}

export interface VaultSecrets {
  readonly ring: KeyRing;
  readonly pepper: Buffer;
  /** Reads the master keys anew; absent where they cannot change. */
  readonly reload?: ((source: MasterKeySource) => Promise<KeyRing>) | undefined;
  readonly wrappers?: readonly KeyWrapper[];
}

/** All that needs the instance's secrets: sealing values and hashing keys. Holds them, hands none out. */
export class Vault {
  #ring: KeyRing;
  /** Holds the pepper; a copy of it costs a third of a new HMAC, and every request needs one. */
  readonly #hasher: Bun.CryptoHasher;
  readonly #reload: VaultSecrets["reload"];
  /** The key-encryption keys, the one that wraps first. */
  readonly wrappers: readonly KeyWrapper[];

  constructor(secrets: VaultSecrets) {
    this.#ring = secrets.ring;
    this.#hasher = new Bun.CryptoHasher("sha256", secrets.pepper);
    this.#reload = secrets.reload;
    this.wrappers = secrets.wrappers ?? [];
  }

  /**
   * To be called before opening what was stored: another process may have made a master key since this one started.
   * Costs nothing when all keys are known. `source` must be the reads of the transaction that the caller is in, if any.
   * Throws `kek_unavailable` when a new key cannot be unwrapped.
   */
  async ensure(sealed: Iterable<string>, source: MasterKeySource): Promise<void> {
    for (const text of sealed) {
      const [, keyId = ""] = text.split(".");
      if (!this.#ring.has(keyId)) return this.refresh(source);
    }
  }

  /** Reads the master keys anew. Throws `kek_unavailable`. */
  async refresh(source: MasterKeySource): Promise<void> {
    if (this.#reload !== undefined) this.#ring = await this.#reload(source);
  }

  seal(value: Secret, binding: Binding): string {
    return seal(this.#ring, { value: value.reveal(), binding });
  }

  /** Throws `invalid_request` when the ring lacks the master key, `internal` when the text was altered or moved. */
  open(sealed: string, binding: Binding): Secret {
    return new Secret(unseal(this.#ring, sealed, binding));
  }

  /** The sealed text under the current master key; the same text when it is already. */
  rewrap(sealed: string, binding: Binding): string {
    return rewrap(this.#ring, sealed, binding);
  }

  /** The master key that seals. */
  get currentKeyId(): string {
    return this.#ring.currentId;
  }

  isCurrent(sealed: string): boolean {
    return sealedUnder(sealed) === this.#ring.currentId;
  }

  /** HMAC-SHA-256 of a whole key under the pepper, lower-case hex: what is stored of a key. */
  digestKey(value: string): string {
    return this.#hmac("key", value);
  }

  /** 8 hex digits that tell two values apart; keyed, so that a guess cannot be checked without the pepper. */
  fingerprint(value: Secret): string {
    return this.#hmac("fingerprint", value.reveal()).slice(0, 8);
  }

  /** HMAC-SHA-256 of a request under the pepper, lower-case hex: there may be credentials in one. */
  digestRequest(content: string): string {
    return this.#hmac("request", content);
  }

  /** HMAC-SHA-256 under the pepper, lower-case hex: binds a row of the audit log to the one before. */
  chain(text: string): string {
    return this.#hmac("audit", text);
  }

  // The digest of a key is the plain HMAC that plane/KeyConfig documents; other uses carry their purpose.
  #hmac(purpose: "key" | "fingerprint" | "audit" | "request", value: string): string {
    const text = purpose === "key" ? value : `${purpose}\0${value}`;
    return this.#hasher.copy().update(text).digest("hex");
  }
}
