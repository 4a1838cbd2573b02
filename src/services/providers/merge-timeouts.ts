import type { ProviderTimeouts } from "../../storage/records/provider-record.ts";
import type { ProviderTimeoutInput } from "./provider-input.ts";

/** Sent timeouts over stored ones; null goes back to the setting of the process. */
export function mergeTimeouts(sent: ProviderTimeoutInput, stored: ProviderTimeouts): ProviderTimeouts {
  const firstByteMs = sent.firstByteMs === undefined ? stored.firstByteMs : sent.firstByteMs;
  const idleMs = sent.idleMs === undefined ? stored.idleMs : sent.idleMs;
  const connectMs = sent.connectMs === undefined ? stored.connectMs : sent.connectMs;
  return {
    ...(typeof firstByteMs === "number" && { firstByteMs }),
    ...(typeof idleMs === "number" && { idleMs }),
    ...(typeof connectMs === "number" && { connectMs }),
  };
}
