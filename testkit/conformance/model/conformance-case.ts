import type { Ask } from "./ask.ts";
import type { Assertion } from "./exchange.ts";
import type { Feature } from "./feature.ts";
import type { SurfaceId, WireId } from "./ids.ts";
import type { Scripted } from "./script.ts";

/** `C…` are the cases of the survey of gateways' failures; `P…` are our own. Never reused once released. */
export type CaseId = `C${number}` | `P${number}`;

/** A streamed answer or one body. */
export type Mode = "stream" | "whole";

/** One black-box case, as data: it says nothing of any gateway. */
export interface ConformanceCase {
  readonly id: CaseId;
  readonly title: string;
  /** Threads of the projects where this broke, e.g. `BF#6123`; `own`. Short names: see the README. */
  readonly source: string;
  /** Both unless told. */
  readonly modes?: readonly Mode[];
  /** Cells it is limited to, and why the others are none of its business. */
  readonly only?: readonly Only[];
  /** What it needs of the surface. */
  readonly asks?: readonly Feature[];
  /** What it needs of the wire. */
  readonly answers?: readonly Feature[];
  /** The wire's upstream to run against, by name; its first one unless told. A wire without it is left out. */
  readonly upstream?: string;
  /** What it needs of the gateway itself, beyond being one. */
  readonly requires?: Requirement;
  readonly steps: readonly Step[];
  /** Penstock's known failures: they are shown, and do not fail its own suite. */
  readonly known?: readonly Known[];
}

/**
 * `ledger`: its books on a request can be read. `strict-mode`: callers can refuse losses. `keepalives`: they come in an
 * interval that we know.
 */
export type Requirement = "ledger" | "strict-mode" | "keepalives";

/** A limit to some cells. */
export interface Only {
  readonly surfaces?: readonly SurfaceId[];
  readonly wires?: readonly WireId[];
  /** Surface and wire are the same protocol, or are not. */
  readonly pair?: "same" | "different";
  readonly why: string;
}

/** One request, what the vendor does, and what must be true afterwards. */
export interface Step {
  readonly ask: Ask;
  /** Absent: the mock vendor answers by itself, or is not to be called. */
  readonly reply?: Scripted;
  readonly expect: readonly Assertion[];
  /** The answer may break the dialect's grammar, since the vendor's did. */
  readonly lenient?: boolean;
  /** The step goes to the first model of this wire instead: the conversation goes on with another vendor. */
  readonly movesTo?: WireId;
  /** The vendor says nothing at all for so many of the gateway's keepalive intervals. */
  readonly silentFor?: number;
  /** False: not replayed with other cuts, because of its size or its timing. */
  readonly cuts?: boolean;
}

/** A failure that is known in these cells. */
export interface Known {
  readonly surfaces?: readonly SurfaceId[];
  readonly wires?: readonly WireId[];
  readonly modes?: readonly Mode[];
  readonly why: string;
}
