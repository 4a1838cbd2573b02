import type { ServiceContext } from "../service-context.ts";
import {
  type BootstrapFile,
  bootstrapPath,
  moveBootstrapFile,
  readBootstrapFile,
  toBootstrapFile,
  writeBootstrapFile,
} from "./bootstrap-file.ts";
import { createStarters } from "./create-starters.ts";
import { openPending } from "./pending.ts";

export type { BootstrapFile } from "./bootstrap-file.ts";

export interface FirstStart {
  readonly path: string;
  /** What this start wrote because the instance was new; undefined on every later start. */
  readonly file: BootstrapFile | undefined;
}

/**
 * Makes a fresh database usable and leaves the way in in `bootstrap.json` of the data folder. The values stand sealed
 * in the database until the file is on disk, so a crash in between is made good by the next start.
 */
export async function firstStart(
  ctx: ServiceContext,
  input: { readonly dataDir: string; readonly url: string },
): Promise<FirstStart> {
  const path = bootstrapPath(input.dataDir);
  const url = input.url.replace(/\/+$/, "");
  await createStarters(ctx);
  const pending = await openPending(ctx);
  if (pending === undefined) {
    followUrl(path, url);
    return { path, file: undefined };
  }
  const file = toBootstrapFile(pending, url);
  writeBootstrapFile(path, file);
  await ctx.storage.change((writes) => writes.instance.remove("bootstrap_pending"));
  return { path, file };
}

/** The addresses in the file stay true when the server starts on another port. */
function followUrl(path: string, url: string): void {
  const file = readBootstrapFile(path);
  if (file !== undefined && file.url !== url) writeBootstrapFile(path, moveBootstrapFile(file, url));
}
