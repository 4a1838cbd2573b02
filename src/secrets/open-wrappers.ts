import { readFile } from "node:fs/promises";
import { PenstockError } from "../errors/penstock-error.ts";
import type { KekName, KekSettings } from "./kek-settings.ts";
import type { KeyRing } from "./key-ring.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { KmsWrapper } from "./kms-wrapper.ts";
import { LocalWrapper } from "./local-wrapper.ts";
import { Secret } from "./secret.ts";
import { VaultWrapper } from "./vault-wrapper.ts";

/** One wrapper for each key that the settings name, in their order. Throws `invalid_request` for a setting that is missing. */
export function openWrappers(settings: KekSettings, ring: KeyRing | undefined): readonly KeyWrapper[] {
  return settings.names.map((name) => openWrapper(name, settings.vault, ring));
}

function openWrapper(name: KekName, vault: KekSettings["vault"], ring: KeyRing | undefined): KeyWrapper {
  switch (name.kind) {
    case "local":
      if (ring === undefined) throw new TypeError("the local key is named, but no ring was loaded");
      return new LocalWrapper(ring);
    case "aws-kms":
      return new KmsWrapper({ arn: name.arn });
    case "vault":
      return openVaultWrapper(name, vault);
  }
}

function openVaultWrapper(
  { mount, key }: { readonly mount: string; readonly key: string },
  { address, token, tokenFile, namespace }: KekSettings["vault"],
): VaultWrapper {
  if (address === undefined) throw missing("VAULT_ADDR");
  if (tokenFile !== undefined) {
    const read = async () => new Secret((await readFile(tokenFile, "utf8")).trim());
    return new VaultWrapper({ mount, key, address, namespace, token: read });
  }
  if (token === undefined) throw missing("VAULT_TOKEN or VAULT_TOKEN_FILE");
  const secret = new Secret(token);
  return new VaultWrapper({ mount, key, address, namespace, token: async () => secret });
}

function missing(variable: string): PenstockError {
  const reason = `PENSTOCK_KEK names a key of Vault, which needs ${variable}.`;
  return new PenstockError("invalid_request", { fields: { reason } });
}
