import { randomBytes } from "node:crypto";
import { kekUnavailable } from "../../secrets/kek-error.ts";
import { KeyRing } from "../../secrets/key-ring.ts";
import type { KeyWrapper } from "../../secrets/key-wrapper.ts";
import type { MasterKeySource, WrappedMasterKey } from "../../secrets/vault.ts";
import type { MasterKeyRecord } from "../../storage/repositories/master-key-repository.ts";
import type { Storage } from "../../storage/storage.ts";

/**
 * The master keys: each stands in the database, wrapped by a key-encryption key, and is unwrapped once into memory. None is
 * ever removed, so that a value which a slower replica seals under an older one always opens.
 */
export class MasterKeys {
  readonly #storage: Storage;
  readonly #wrappers: readonly KeyWrapper[];
  readonly #local: KeyRing | undefined;
  readonly #unwrapped = new Map<string, Buffer>();

  constructor(parts: {
    readonly storage: Storage;
    /** The one that wraps first. */
    readonly wrappers: readonly KeyWrapper[];
    /** The operator's ring, for values that earlier versions sealed under it directly. */
    readonly local: KeyRing | undefined;
  }) {
    this.#storage = parts.storage;
    this.#wrappers = parts.wrappers;
    this.#local = parts.local;
  }

  /** All keys, the newest first, which seals; made when there is none yet. Throws `kek_unavailable`. */
  async open(): Promise<KeyRing> {
    const stored = await this.#storage.reads.masterKeys.all();
    return this.#toRing(stored.length > 0 ? stored : await this.#makeFirst());
  }

  /** The same, read anew. Throws `kek_unavailable`. */
  async reload(source: MasterKeySource): Promise<KeyRing> {
    return this.#toRing(await source.all());
  }

  async #toRing(records: readonly WrappedMasterKey[]): Promise<KeyRing> {
    const keys = await Promise.all(
      records.map(async (record) => [record.id, await this.#unwrap(record)] as const),
    );
    return KeyRing.of([...keys, ...(this.#local?.entries() ?? [])]);
  }

  async #unwrap(record: WrappedMasterKey): Promise<Buffer> {
    const known = this.#unwrapped.get(record.id);
    if (known !== undefined) return known;
    const key = await unwrapMasterKey(this.#wrappers, record);
    this.#unwrapped.set(record.id, key);
    return key;
  }

  /** Wrapped before the transaction, since that may call a service; another replica may have been faster. */
  async #makeFirst(): Promise<readonly MasterKeyRecord[]> {
    const made = await makeMasterKey(this.#wrappers, { at: Date.now() });
    return this.#storage.change(async (writes) => {
      const stored = await writes.masterKeys.all();
      if (stored.length > 0) return stored;
      await writes.masterKeys.insert(made);
      return [made];
    });
  }
}

/** A fresh master key under the first wrapper, opened again before it is handed out. `at`: milliseconds since the epoch. */
export async function makeMasterKey(
  wrappers: readonly KeyWrapper[],
  { at }: { readonly at: number },
): Promise<MasterKeyRecord> {
  const key = randomBytes(32);
  const id = `m${randomBytes(6).toString("hex")}`;
  return { id, createdAt: at, ...(await wrapMasterKey(wrappers, { id, key })) };
}

/** A master key under the first wrapper, opened again before it is handed out. */
export async function wrapMasterKey(
  wrappers: readonly KeyWrapper[],
  { id, key }: { readonly id: string; readonly key: Buffer },
): Promise<Pick<MasterKeyRecord, "wrapper" | "wrapped">> {
  const [wrapper] = wrappers;
  if (wrapper === undefined) throw kekUnavailable("none is configured");
  const wrapped = await wrapper.wrap(key, { keyId: id });
  if (!key.equals(await wrapper.unwrap(wrapped, { keyId: id }))) {
    throw kekUnavailable("it does not give back what it wrapped");
  }
  return { wrapper: wrapper.id, wrapped };
}

/** Throws `kek_unavailable`, naming the key that PENSTOCK_KEK lacks if that is why. */
export async function unwrapMasterKey(
  wrappers: readonly KeyWrapper[],
  record: WrappedMasterKey,
): Promise<Buffer> {
  const wrapper = wrappers.find(({ id }) => id === record.wrapper);
  if (wrapper === undefined) {
    throw kekUnavailable(
      `a master key is wrapped by \`${record.wrapper}\`, which PENSTOCK_KEK does not name`,
    );
  }
  return wrapper.unwrap(record.wrapped, { keyId: record.id });
}
