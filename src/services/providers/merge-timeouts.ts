import type { ProviderTimeouts } from "../../storage/records/provider-record.ts";
import type { TimeoutInput } from "./provider-input.ts";

/** Sent timeouts over stored ones; null goes back to the setting of the process. */
export function mergeTimeouts(sent: TimeoutInput, stored: ProviderTimeouts): ProviderTimeouts {
  const firstByteMs = sent.firstByteMs === undefined ? stored.firstByteMs : sent.firstByteMs;
  const idleMs = sent.idleMs === undefined ? stored.idleMs : sent.idleMs;
  return {
    ...(typeof firstByteMs === "number" && { firstByteMs }),
    ...(typeof idleMs === "number" && { idleMs }),
  };
}
