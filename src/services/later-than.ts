/** The time of a change: now, but after the one before, so that two versions of a row never share a time. Milliseconds. */
export function laterThan(before: number, now: number): number {
  return Math.max(now, before + 1);
}
