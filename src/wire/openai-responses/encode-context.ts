import type { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { CacheMarker } from "../neutral/part.ts";
import type { ResponsesQuirks } from "./schema.ts";

/** What every step of encoding one request needs. */
export interface EncodeContext {
  readonly traits: ModelTraits;
  readonly quirks: ResponsesQuirks;
  readonly losses: LossList;
}

/** The context of one part, for its losses. */
export type PartContext = EncodeContext & { readonly path: string };

/** The protocol caches by itself: a marker is a loss. */
export function dropCache(cache: CacheMarker | undefined, { losses, path }: PartContext): void {
  if (cache !== undefined) losses.add(path === "" ? "cache_control" : `${path}.cache_control`, "dropped");
}
