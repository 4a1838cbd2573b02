import type { Upstream } from "../driver.ts";

/** Takes the cached share of the input from a header, where the answer's own usage tells none. */
export function cachedTokensHeader(name: string): NonNullable<Upstream["headerUsage"]> {
  return (usage, headers) => {
    const text = headers.get(name) ?? "";
    if (usage.cacheRead > 0 || !/^\d{1,12}$/.test(text)) return usage;
    const cacheRead = Math.min(Number(text), usage.input);
    return { ...usage, cacheRead, input: usage.input - cacheRead };
  };
}
