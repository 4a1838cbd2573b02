import { unprocessable } from "../parse-input.ts";

const hourMs = 3_600_000;

/**
 * The whole hours that an interval touches; from the beginning of the month (UTC) unless told. Milliseconds since the
 * epoch. Throws `unprocessable` for an end that is not after the beginning.
 */
export function usageInterval(
  asked: { readonly from?: number | undefined; readonly to?: number | undefined },
  now: number,
): { readonly from: number; readonly to: number | undefined } {
  const to = asked.to === undefined ? undefined : Math.ceil(asked.to / hourMs) * hourMs;
  const from = Math.floor((asked.from ?? monthOf(to === undefined ? now : to - 1)) / hourMs) * hourMs;
  requireOrder(from, to);
  return { from, to };
}

/** Throws `unprocessable` when nothing can lie between the two. */
export function requireOrder(from: number | undefined, to: number | undefined): void {
  if (from === undefined || to === undefined || from < to) return;
  throw unprocessable([{ path: "?to", message: "must be after from" }]);
}

function monthOf(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}
