import { usageError } from "../cli-error.ts";

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30d`, `12h`, `15m` from now, or a time with its zone; as RFC 3339 in UTC. `now` in milliseconds since the epoch. */
export function parseExpiry(text: string, now: number): string {
  const span = /^(\d{1,5})([mhd])$/.exec(text);
  const zoned = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  const time = span ? now + Number(span[1]) * (unitMs[span[2] ?? ""] ?? Number.NaN) : zoned;
  if (Number.isNaN(time)) throw usageError("--expires must be like 30d, 12h or 2030-01-31T00:00:00Z");
  if (time <= now) throw usageError("--expires must be in the future");
  return new Date(time).toISOString();
}
