import type { PenstockError } from "../../errors/penstock-error.ts";
import { remedyFor } from "./remedy.ts";

/** A failed attempt, and what is left to try. */
export interface Tried {
  readonly error: PenstockError;
  /** How often this target has failed in this request. */
  readonly failures: number;
  /** How often it may be tried again. */
  readonly retries: number;
  readonly backoffMs: number;
  /** Milliseconds within which another try of the same target makes sense. */
  readonly retryMs: number;
  /** Milliseconds the caller still waits. */
  readonly remainingMs: number;
  /** Another target is left that may do better. */
  readonly hasNext: boolean;
  /** From 0 to 1. */
  readonly random: number;
}

/** What comes next; `stop`: the client is told. */
export type NextStep =
  | { readonly kind: "retry"; readonly afterMs: number }
  | { readonly kind: "next" }
  | { readonly kind: "stop" };

/** Milliseconds a request waits for one target: long when it is the only one, short when another could answer meanwhile. */
const patience = { alone: 10_000, withOthers: 1_000 } as const;

/** Spreads those who were all told to come back at the same moment. */
const spreadMs = 250;

/** Decides after a failure, before any content was sent. Pure. */
export function nextStep(tried: Tried): NextStep {
  const { error, failures, retries, remainingMs, hasNext } = tried;
  const remedy = remedyFor(error);
  if (remedy === "nothing" || remainingMs <= 0) return { kind: "stop" };
  // Who was silent for the whole limit is given one more chance only.
  const left = error.code === "upstream_timeout" ? Math.min(1, retries) : retries;
  if (remedy === "again" && failures <= left) {
    const afterMs = waitOf(tried);
    const longest = hasNext ? patience.withOthers : patience.alone;
    if (afterMs <= longest && afterMs < Math.min(tried.retryMs, remainingMs))
      return { kind: "retry", afterMs };
  }
  return hasNext ? { kind: "next" } : { kind: "stop" };
}

/** As long as the vendor says, else anything up to the doubled base ("full jitter"). */
function waitOf({ error, failures, backoffMs, random }: Tried): number {
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined) return retryAfterMs + random * Math.min(spreadMs, retryAfterMs);
  return random * backoffMs * 2 ** (failures - 1);
}
