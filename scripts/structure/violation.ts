/** One broken rule: where, what is wrong and how to put it right. */
export interface Violation {
  /** Relative to the repository's root. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly problem: string;
  readonly fix: string;
}

/** `file:line: what is wrong; how to fix`, so that editors and CI can link it. */
export function formatViolation({ path, line, problem, fix }: Violation): string {
  return `${path}:${line}: ${problem}; ${fix}`;
}
