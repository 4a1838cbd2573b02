import type { DisconnectLimits } from "../gateway/generation/create-generations.ts";

type ReadWhole = (
  name: string,
  range: { readonly fallback: number; readonly min: number; readonly max: number },
) => number;

/** What bounds calls that outlive their clients; `whole` reads a whole number of the environment, or the fallback. */
export function readDisconnectLimits(whole: ReadWhole): DisconnectLimits {
  return {
    orphanMs: whole("PENSTOCK_ORPHAN_SECONDS", { fallback: 600, min: 1, max: 86_400 }) * 1000,
    orphans: whole("PENSTOCK_ORPHANS", { fallback: 1000, min: 0, max: 1_000_000 }),
    keptMs: whole("PENSTOCK_KEPT_ANSWER_SECONDS", { fallback: 600, min: 1, max: 86_400 }) * 1000,
    keptBytes: whole("PENSTOCK_KEPT_ANSWERS_MB", { fallback: 64, min: 1, max: 65_536 }) * 1024 * 1024,
  };
}
