import type { HeaderReader } from "./header-reader.ts";
/**
 * How long a vendor asks to wait, in milliseconds, from the headers of its answer; undefined when it does not say.
 * Read in order of precision: `retry-after-ms`, `retry-after` (seconds or an HTTP date), then `x-ratelimit-reset*`.
 * Dates are measured from `nowMs`, or from the answer's own `date` header; without either they say nothing.
 */
export function retryAfterMs(headers: HeaderReader, nowMs?: number): number | undefined {
  const exact = positive(headers.get("retry-after-ms"));
  if (exact !== undefined) return Math.round(exact);
  const now = nowMs ?? dateMs(headers.get("date"));
  const after = headers.get("retry-after");
  if (after !== null) {
    const seconds = positive(after);
    if (seconds !== undefined) return Math.round(seconds * 1000);
    const at = dateMs(after);
    if (at !== undefined && now !== undefined) return Math.max(0, at - now);
  }
  return resetMs(headers, now);
}

/** Buckets a vendor may report; the bare name is OpenRouter's. */
const buckets = ["requests", "tokens", "project-tokens", ""] as const;

/**
 * The wait until an exhausted bucket refills. When no bucket says it is empty, the shortest wait: which of them
 * refused the request is then unknown, and a reset is the time until the bucket is full, not until it admits again.
 */
function resetMs(headers: HeaderReader, nowMs: number | undefined): number | undefined {
  let exhausted: number | undefined;
  let shortest: number | undefined;
  for (const bucket of buckets) {
    const suffix = bucket === "" ? "" : `-${bucket}`;
    const reset = headers.get(`x-ratelimit-reset${suffix}`);
    const wait = reset === null ? undefined : parseReset(reset, nowMs);
    if (wait === undefined) continue;
    if (headers.get(`x-ratelimit-remaining${suffix}`)?.trim() === "0") {
      exhausted = Math.max(exhausted ?? 0, wait);
    }
    shortest = Math.min(shortest ?? wait, wait);
  }
  return exhausted ?? shortest;
}

const duration = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/** `6m0s`, `12ms`, `1h2m3s` (OpenAI), plain seconds (Azure), or a Unix time in seconds or milliseconds (OpenRouter). */
function parseReset(text: string, nowMs: number | undefined): number | undefined {
  const value = text.trim();
  const plain = positive(value);
  if (plain !== undefined) {
    if (plain < 1e9) return Math.round(plain * 1000);
    if (nowMs === undefined) return undefined;
    return Math.max(0, Math.round(plain < 1e12 ? plain * 1000 : plain) - nowMs);
  }
  const match = value === "" ? null : duration.exec(value);
  if (match === null) return undefined;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0, millis = 0] = match.map((part) =>
    Number(part ?? 0),
  );
  return Math.round(((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000 + millis);
}

/** A finite number that is not negative. */
function positive(text: string | null): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function dateMs(text: string | null): number | undefined {
  // `Date.parse` takes many spellings; a bare negative number is one of them and no HTTP date.
  if (text === null || !/[a-z]{3}/i.test(text)) return undefined;
  const value = Date.parse(text);
  return Number.isNaN(value) ? undefined : value;
}
