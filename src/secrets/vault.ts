import { createHmac } from "node:crypto";
import type { Binding } from "./binding.ts";
import { rewrap, seal, sealedUnder, unseal } from "./envelope.ts";
import type { KeyRing } from "./key-ring.ts";
import { Secret } from "./secret.ts";

/** All that needs the instance's secrets: sealing values and hashing keys. Holds them, hands none out. */
export class Vault {
  readonly #ring: KeyRing;
  readonly #pepper: Buffer;

  constructor(secrets: { readonly ring: KeyRing; readonly pepper: Buffer }) {
    this.#ring = secrets.ring;
    this.#pepper = secrets.pepper;
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

  isCurrent(sealed: string): boolean {
    return sealedUnder(sealed) === this.#ring.currentId;
  }

  /** HMAC-SHA-256 of a whole key under the pepper, lower-case hex: what is stored of a key. */
  digestKey(value: string): string {
    return this.#hmac("key", value).toString("hex");
  }

  /** 8 hex digits that tell two values apart; keyed, so that a guess cannot be checked without the pepper. */
  fingerprint(value: Secret): string {
    return this.#hmac("fingerprint", value.reveal()).toString("hex").slice(0, 8);
  }

  /** HMAC-SHA-256 under the pepper, lower-case hex: binds a row of the audit log to the one before. */
  chain(text: string): string {
    return this.#hmac("audit", text).toString("hex");
  }

  // The digest of a key is the plain HMAC that plane/KeyConfig documents; other uses carry their purpose.
  #hmac(purpose: "key" | "fingerprint" | "audit", value: string): Buffer {
    const text = purpose === "key" ? value : `${purpose}\0${value}`;
    return createHmac("sha256", this.#pepper).update(text).digest();
  }
}
