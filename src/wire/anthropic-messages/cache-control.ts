import type { CacheMarker } from "../neutral/part.ts";
import type { ObjectReader } from "../read-json.ts";
import type { CacheControl } from "./schema.ts";

/** The `cache_control` of a block, tool or request. */
export function readCache(reader: ObjectReader): CacheMarker | undefined {
  const control = reader.optionalObject("cache_control");
  if (control === undefined) return undefined;
  control.oneOf("type", ["ephemeral"]);
  return { ttl: control.optionalOneOf("ttl", ["5m", "1h"]) ?? "5m" };
}

/** A marker on the wire. The longest life the API knows is an hour. */
export function encodeCache(marker: CacheMarker): CacheControl {
  return marker.ttl === "5m" ? { type: "ephemeral" } : { type: "ephemeral", ttl: "1h" };
}
