import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";

/** What `bootstrap.json` in the data folder holds. */
export interface BootstrapFile {
  readonly url: string;
  readonly setup_url: string;
  readonly gateway_key: string;
  readonly gateway_url: string;
  readonly admin_key: string;
}

/**
 * Makes a fresh database usable and leaves the way in in `bootstrap.json`; does nothing on one that is in use.
 * `file` is what this start wrote, undefined when it wrote nothing.
 */
export async function firstStart(
  ctx: ServiceContext,
  input: { readonly dataDir: string; readonly url: string },
): Promise<{ readonly path: string; readonly file: BootstrapFile | undefined }> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
