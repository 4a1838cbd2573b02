import type { CaseId, Mode } from "../model/conformance-case.ts";
import type { SurfaceId, WireId } from "../model/ids.ts";

/**
 * `loss`: it passes, and the gateway says what it could not carry. `known`: it fails, and the case says why. `n.a.`: it does
 * not apply to this cell.
 */
export type Verdict = "pass" | "loss" | "fail" | "known" | "n.a.";

/** A case in a cell of the matrix. */
export interface CaseResult {
  readonly id: CaseId;
  readonly title: string;
  readonly source: string;
  readonly group: string;
  readonly surface: SurfaceId;
  readonly wire: WireId;
  readonly verdict: Verdict;
  /** What failed, or why it does not apply. */
  readonly reason?: string;
  /** Why this failure is known. */
  readonly known?: string;
  /** What the gateway named as lost, e.g. `messages[1].thinking;action=dropped`. */
  readonly losses: readonly string[];
  readonly modes: readonly Mode[];
}

/** The whole run. */
export interface SuiteResult {
  readonly target: string;
  readonly results: readonly CaseResult[];
}
