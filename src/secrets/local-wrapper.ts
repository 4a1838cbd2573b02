import { PenstockError } from "../errors/penstock-error.ts";
import type { Binding } from "./binding.ts";
import { seal, sealedUnder, unseal } from "./envelope.ts";
import { kekUnavailable } from "./kek-error.ts";
import type { KeyRing } from "./key-ring.ts";
import type { KeyWrapper, WrapContext } from "./key-wrapper.ts";

/** Wraps under the operator's own ring: PENSTOCK_MASTER_KEY, or `master.key` in the data folder. */
export class LocalWrapper implements KeyWrapper {
  readonly id = "local";
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  async wrap(masterKey: Buffer, context: WrapContext): Promise<string> {
    return seal(this.#ring, { value: masterKey.toString("base64"), binding: bindingOf(context) });
  }

  async unwrap(wrapped: string, context: WrapContext): Promise<Buffer> {
    try {
      return Buffer.from(unseal(this.#ring, wrapped, bindingOf(context)), "base64");
    } catch (cause) {
      // A key that the ring lacks is said by its id; anything else means that the text or the key is not what it was.
      if (cause instanceof PenstockError && cause.code !== "internal")
        throw kekUnavailable(cause.message, cause);
      throw kekUnavailable("a master key was altered, or wrapped by another key of the same id", cause);
    }
  }

  async isCurrent(wrapped: string): Promise<boolean> {
    return sealedUnder(wrapped) === this.#ring.currentId;
  }
}

function bindingOf({ keyId }: WrapContext): Binding {
  return { orgId: "", entity: "master_keys", field: keyId };
}
