import { randomBytes } from "node:crypto";
import type { Binding } from "../../secrets/binding.ts";
import { seal, unseal } from "../../secrets/envelope.ts";
import { type KekSettings, localKek } from "../../secrets/kek-settings.ts";
import type { KeyRing } from "../../secrets/key-ring.ts";
import { loadKeyRing } from "../../secrets/load-key-ring.ts";
import { openWrappers } from "../../secrets/open-wrappers.ts";
import { Vault } from "../../secrets/vault.ts";
import type { Storage } from "../../storage/storage.ts";
import { MasterKeys } from "../secrets/master-keys.ts";

/** Where a sealed entry of the instance table belongs. */
export function instanceBinding(field: string): Binding {
  return { orgId: "", entity: "instance", field };
}

export interface OpenVaultOptions {
  /** The value of PENSTOCK_MASTER_KEY. */
  readonly masterKey: string | undefined;
  readonly dataDir: string;
  /** The local key alone unless told. */
  readonly kek?: KekSettings | undefined;
}

/**
 * Opens the instance's vault, making its first master key and its pepper (and `master.key`, if the local key is used and
 * no ring is given) on first start. Throws `kek_unavailable` when a key-encryption key cannot be used or is not the one
 * the database was sealed with, `invalid_request` for settings that are wrong.
 */
export async function openVault(storage: Storage, from: OpenVaultOptions): Promise<Vault> {
  const kek = from.kek ?? localKek;
  const sealed = await storage.reads.instance.get("pepper");
  const local = kek.names.some(({ kind }) => kind === "local")
    ? loadKeyRing({ ...from, mayCreate: sealed === undefined })
    : undefined;
  const wrappers = openWrappers(kek, local);
  const keys = new MasterKeys({ storage, wrappers, local });
  const ring = await keys.open();
  const pepper = unseal(ring, sealed ?? (await makePepper(storage, ring)), instanceBinding("pepper"));
  return new Vault({
    ring,
    pepper: Buffer.from(pepper, "base64"),
    reload: (source) => keys.reload(source),
    wrappers,
  });
}

/** The sealed pepper that is stored in the end: another replica may have been faster. */
function makePepper(storage: Storage, ring: KeyRing): Promise<string> {
  return storage.change(async (writes) => {
    const existing = await writes.instance.get("pepper");
    if (existing !== undefined) return existing;
    const value = randomBytes(32).toString("base64");
    const sealed = seal(ring, { value, binding: instanceBinding("pepper") });
    await writes.instance.set("pepper", sealed);
    return sealed;
  });
}
