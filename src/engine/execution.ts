import type { Original } from "./attempt/edit-call-body.ts";
import type { Call } from "./call.ts";
import type { EngineContext } from "./engine-context.ts";
import type { Meter } from "./meter.ts";
import type { Candidate } from "./plane.ts";
import type { RoutedCall } from "./read-call.ts";

/** One attempt of a call: what every step of the engine works on. */
export interface Execution {
  readonly context: EngineContext;
  readonly call: Call;
  /** Its resolution's target is the candidate's. */
  readonly routed: RoutedCall;
  readonly candidate: Candidate;
  readonly meter: Meter;
  /** Headers of the answer that are known before the vendor is called. */
  readonly headers: Record<string, string>;
  /** Until when the caller waits for content, in ticks; undefined: as long as it takes. */
  readonly deadline: number | undefined;
  /** The body carries state that another account than the candidate's was given. */
  readonly foreignState: boolean;
  /** What was overwritten of the client's body; undefined while it is as it came. */
  originals: readonly Original[] | undefined;
}
