/** The first SQLite that may checkpoint on one connection while another writes. */
const fixed = [3, 51, 3] as const;

/**
 * Whether this SQLite is free of a race by which a checkpoint beside a writer that begins the log anew could lose pages. Bun brings
 * a newer one, but on macOS uses the system's. Source: https://sqlite.org/wal.html#walresetbug
 */
export function hasWalResetFix(version: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, wanted] of fixed.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
