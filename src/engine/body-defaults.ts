import type { Upstream } from "../drivers/driver.ts";

/** The fields that requests to this model get unless they have their own. */
export function bodyDefaultsFor(upstream: Upstream, model: string): Upstream["bodyDefaults"] {
  const own = upstream.modelDefaults?.(model);
  return own === undefined ? upstream.bodyDefaults : { ...upstream.bodyDefaults, ...own };
}
