import type { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { CacheMarker } from "../neutral/part.ts";
import type { ToolCallIds } from "../neutral/tool-call-ids.ts";
import type { JsonObject } from "../read-json.ts";
import { encodeCacheMarker } from "./cache-marker.ts";
import type { ChatQuirks } from "./schema.ts";

/** What every step of encoding one request needs. */
export interface EncodeContext {
  readonly traits: ModelTraits;
  readonly quirks: ChatQuirks;
  readonly losses: LossList;
  /** For models that want ids of a form of their own. */
  readonly callIds?: ToolCallIds;
}

/** `{cache_control}` where the vendor takes markers, else nothing and a loss; an empty `path` is the body itself. */
export function cacheField(
  cache: CacheMarker | undefined,
  context: EncodeContext & { readonly path: string },
): JsonObject {
  if (cache === undefined) return {};
  const field = context.path === "" ? "cache_control" : `${context.path}.cache_control`;
  if (!context.quirks.cache_control) {
    context.losses.add(field, "dropped");
    return {};
  }
  if (cache.ttl === "30m") context.losses.add(field, "clamped");
  return { cache_control: encodeCacheMarker(cache) };
}

/** Who speaks, where the vendor takes it. */
export function nameOf(
  { name }: { readonly name?: string },
  { quirks, losses, path }: EncodeContext & { readonly path: string },
): JsonObject {
  if (name === undefined) return {};
  if (quirks.message_names) return { name };
  losses.add(`${path}.name`, "dropped");
  return {};
}
