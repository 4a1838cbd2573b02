import type { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { CacheMarker } from "../neutral/part.ts";
import type { ToolCallIds } from "../neutral/tool-call-ids.ts";
import { encodeCacheMarker } from "./cache-marker.ts";
import type { ChatQuirks } from "./schema.ts";

/** What every step of encoding one request needs. In what the steps write, a field that is undefined is not sent. */
export interface EncodeContext {
  readonly traits: ModelTraits;
  readonly quirks: ChatQuirks;
  readonly losses: LossList;
  /** For models that want ids of a form of their own. */
  readonly callIds: ToolCallIds | undefined;
}

/** The same, and where in the caller's request the part in hand stands. */
export interface PlacedContext extends EncodeContext {
  readonly path: string;
}

/** The context of a part. */
export function placed({ traits, quirks, losses, callIds }: EncodeContext, path: string): PlacedContext {
  return { traits, quirks, losses, callIds, path };
}

/** `cache_control` where the vendor takes markers, else nothing and a loss; an empty `path` is the body itself. */
export function cacheControl(
  cache: CacheMarker | undefined,
  { quirks, losses, path }: PlacedContext,
): ReturnType<typeof encodeCacheMarker> | undefined {
  if (cache === undefined) return undefined;
  const field = path === "" ? "cache_control" : `${path}.cache_control`;
  if (!quirks.cache_control) {
    losses.add(field, "dropped");
    return undefined;
  }
  if (cache.ttl === "30m") losses.add(field, "clamped");
  return encodeCacheMarker(cache);
}

/** Who speaks, where the vendor takes it. */
export function nameOf(
  { name }: { readonly name?: string },
  { quirks, losses, path }: PlacedContext,
): string | undefined {
  if (name === undefined || quirks.message_names) return name;
  losses.add(`${path}.name`, "dropped");
  return undefined;
}
