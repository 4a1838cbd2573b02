/** Far above what anybody uses, low enough for sums that stay exact. */
export const mostCount = 1_000_000_000;
/** USD. */
export const mostUsd = 1_000_000_000;
