import { findAffinity } from "../affinity/find-affinity.ts";
import { rememberState } from "../affinity/remember-state.ts";
import type { Outcome } from "../call.ts";
import type { Execution } from "../execution.ts";
import type { Candidate } from "../plane.ts";
import { orderCall } from "../route/order-call.ts";
import { withAnswerHeaders } from "./answer-headers.ts";
import { beginAttempt } from "./begin-attempt.ts";
import { Course } from "./course.ts";
import { executionFor, type Received } from "./execution-for.ts";
import { Hedge, hedgeDelay } from "./hedge.ts";

/**
 * Answers a request by the first candidate that can, as long as nothing was sent and another try may help.
 *
 * Rejects with `PenstockError` when none can, with the attempts in its headers; with `ClientGone` when nobody waits.
 */
export function tryInTurn(received: Received): Promise<Outcome> {
  const { candidates } = received.routed.resolution;
  // Most calls have no choice.
  if (candidates.length < 2) return tryEach(received, candidates);
  const { context, call, routed } = received;
  const affinity = findAffinity(received);
  const parts = { views: context.targets, now: context.tick(), random: context.random };
  const ordered = orderCall(call, routed, parts);
  return tryOrdered({ ...received, affinity }, affinity?.order(ordered) ?? ordered);
}

function tryOrdered(received: Received, candidates: readonly Candidate[]): Promise<Outcome> {
  const [first, second] = candidates;
  const delayMs = first === undefined ? undefined : hedgeDelay(received, first);
  return first === undefined || second === undefined || delayMs === undefined
    ? tryEach(received, candidates)
    : tryHedged(received, { candidates, pair: [first, second], delayMs });
}

async function tryEach(received: Received, candidates: readonly Candidate[]): Promise<Outcome> {
  const [first] = candidates;
  if (first === undefined) throw new TypeError("a call without candidates");
  const execution = executionFor(received, first);
  try {
    return answered(execution, await beginAttempt(execution));
  } catch (error) {
    return goOn(new Course(received, candidates), { execution, error });
  }
}

async function tryHedged(
  received: Received,
  {
    candidates,
    pair,
    delayMs,
  }: {
    readonly candidates: readonly Candidate[];
    readonly pair: readonly [Candidate, Candidate];
    readonly delayMs: number;
  },
): Promise<Outcome> {
  const hedge = new Hedge(received, pair);
  try {
    const { execution, outcome } = await hedge.run(delayMs);
    return answered(execution, outcome);
  } catch (error) {
    const left = hedge.askedBoth ? candidates.filter((each) => each !== pair[1]) : candidates;
    return goOn(new Course(received, left), { execution: hedge.execution, error });
  }
}

/** One attempt after the other, until one answers or none is left. */
async function goOn(
  course: Course,
  failed: { readonly execution: Execution; readonly error: unknown },
): Promise<Outcome> {
  let { execution, error } = failed;
  for (;;) {
    execution = await course.after(execution, error);
    try {
      return answered(execution, await beginAttempt(execution));
    } catch (thrown) {
      error = thrown;
    }
  }
}

/** What comes of state in an answer is of interest only where the next request has a choice. */
function answered(execution: Execution, outcome: Outcome): Outcome {
  const told = withAnswerHeaders(execution, outcome);
  return execution.routed.resolution.candidates.length < 2 ? told : rememberState(execution, told);
}
