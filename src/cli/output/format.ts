/** USD with as many digits as small amounts need. */
export function formatCost(usd: number): string {
  if (usd === 0) return "$0";
  return `$${usd >= 1 ? usd.toFixed(2) : Number(usd.toPrecision(3)).toFixed(Math.min(10, 2 - Math.floor(Math.log10(usd))))}`;
}

/** Milliseconds as people read them. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** An RFC 3339 time to the minute, or nothing. */
export function formatTime(time: string | null): string {
  return time === null ? "" : `${time.slice(0, 16).replace("T", " ")}Z`;
}

/** `1 model`, `2 models`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function formatFlag(value: boolean): string {
  return value ? "yes" : "no";
}
