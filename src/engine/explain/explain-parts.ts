import type { AdmissionRequest } from "../admission.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Candidate } from "../plane.ts";
import type { Headroom } from "./headroom.ts";

/** What of the engine's context is looked at. */
export type ExplainContext = Pick<EngineContext, "protocols" | "targets" | "origins" | "random" | "tick">;

/** What explaining takes from outside. */
export interface ExplainParts {
  readonly context: ExplainContext;
  /** Undefined: nothing is limited, or nobody here counts. */
  readonly headroom: Headroom | undefined;
  /** False: this process never sees how targets do. */
  readonly servesCalls: boolean;
}

/** One candidate of a call that is only looked at. */
export interface CandidateCall extends Omit<AdmissionRequest, "target" | "attempt"> {
  readonly candidate: Candidate;
  /** Whether the key may use it. */
  readonly allowed: boolean;
  /** What the state that the request carries back has to do with it; undefined: nothing. */
  readonly state: "issued" | "kept_elsewhere" | undefined;
  readonly hasBody: boolean;
  /** Ticks, milliseconds. */
  readonly now: number;
}
