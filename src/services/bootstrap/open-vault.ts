import { randomBytes } from "node:crypto";
import type { Binding } from "../../secrets/binding.ts";
import { seal, unseal } from "../../secrets/envelope.ts";
import type { KeyRing } from "../../secrets/key-ring.ts";
import { loadKeyRing } from "../../secrets/load-key-ring.ts";
import { Vault } from "../../secrets/vault.ts";
import type { Storage } from "../../storage/storage.ts";

/** Where a sealed entry of the instance table belongs. */
export function instanceBinding(field: string): Binding {
  return { orgId: "", entity: "instance", field };
}

/**
 * Opens the instance's vault, making its pepper (and `master.key`, unless a ring is given) on first start. Throws
 * `invalid_request` when the master key is not the one the database was sealed with.
 */
export async function openVault(
  storage: Storage,
  from: { readonly masterKey: string | undefined; readonly dataDir: string },
): Promise<Vault> {
  const sealed = await storage.reads.instance.get("pepper");
  const ring = loadKeyRing({ ...from, mayCreate: sealed === undefined });
  const pepper = unseal(ring, sealed ?? (await makePepper(storage, ring)), instanceBinding("pepper"));
  return new Vault({ ring, pepper: Buffer.from(pepper, "base64") });
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
