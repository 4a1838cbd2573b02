import type { HeaderReader } from "../header-reader.ts";

const buckets = ["requests", "tokens", "input-tokens", "output-tokens"] as const;

/**
 * Milliseconds until an exhausted bucket of the vendor refills, from `anthropic-ratelimit-*-remaining` and `-reset`
 * (RFC 3339), measured from the answer's own `date`; undefined when the headers do not say.
 */
export function resetAfterMs(headers: HeaderReader): number | undefined {
  const now = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(now)) return undefined;
  let wait: number | undefined;
  for (const bucket of buckets) {
    if (headers.get(`anthropic-ratelimit-${bucket}-remaining`)?.trim() !== "0") continue;
    const reset = Date.parse(headers.get(`anthropic-ratelimit-${bucket}-reset`) ?? "");
    if (!Number.isNaN(reset)) wait = Math.max(wait ?? 0, reset - now);
  }
  return wait;
}
