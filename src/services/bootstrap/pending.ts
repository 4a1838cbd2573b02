import { z } from "zod";
import { Secret } from "../../secrets/secret.ts";
import type { ServiceContext } from "../service-context.ts";
import type { BootstrapSecrets } from "./bootstrap-file.ts";
import { instanceBinding } from "./open-vault.ts";

const schema = z.object({
  gatewayKey: z.string(),
  gatewayToken: z.string(),
  adminKey: z.string(),
  setupToken: z.string(),
});

/** The values of a first start, sealed, until they are in the file. */
export function sealPending(ctx: ServiceContext, secrets: BootstrapSecrets): string {
  return ctx.vault.seal(new Secret(JSON.stringify(secrets)), instanceBinding("bootstrap_pending"));
}

/** Values that a start created and has not yet handed out. */
export async function openPending(ctx: ServiceContext): Promise<BootstrapSecrets | undefined> {
  const sealed = await ctx.storage.reads.instance.get("bootstrap_pending");
  if (sealed === undefined) return undefined;
  return schema.parse(JSON.parse(ctx.vault.open(sealed, instanceBinding("bootstrap_pending")).reveal()));
}
