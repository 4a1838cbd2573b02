import { usageError } from "../cli-error.ts";

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `30m`, `24h`, `7d` or `0`, in seconds. `option`: what a refusal names. */
export function parseDuration(text: string, option: string): number {
  const [, count, unit = "s"] = /^(\d{1,7})([smhd])$/.exec(text) ?? (text === "0" ? [text, text] : []);
  if (count === undefined) throw usageError(`${option} must be like 30m, 24h, 7d or 0`);
  return Number(count) * (unitSeconds[unit] ?? 0);
}
