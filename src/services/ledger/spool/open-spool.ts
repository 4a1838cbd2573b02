import type { ServiceLogEntry } from "../../service-context.ts";
import { Spool, type SpoolOptions } from "./spool.ts";

/** This process's spool; undefined, and said, when the folder cannot be used: calls are served all the same. */
export function openSpool(options: SpoolOptions, log: (entry: ServiceLogEntry) => void): Spool | undefined {
  try {
    return Spool.open(options);
  } catch (cause) {
    log({ level: "error", event: "spool_unusable", fields: { folder: options.root }, cause });
    return undefined;
  }
}
