import type { Outcome } from "../call.ts";
import { orderCall } from "../route/order-call.ts";
import { withAnswerHeaders } from "./answer-headers.ts";
import { beginAttempt } from "./begin-attempt.ts";
import { Course } from "./course.ts";
import { executionFor, type Received } from "./execution-for.ts";

/**
 * Answers a request by the first candidate that can, as long as nothing was sent and another try may help.
 *
 * Rejects with `PenstockError` when none can, with the attempts in its headers; with `ClientGone` when nobody waits.
 */
export async function tryInTurn(received: Received): Promise<Outcome> {
  const { context, call, routed } = received;
  const { resolution } = routed;
  // Only where there is a choice: most calls have one candidate.
  const candidates =
    resolution.candidates.length < 2
      ? resolution.candidates
      : orderCall(call, routed, { views: context.targets, now: context.tick(), random: context.random });
  let course: Course | undefined;
  let execution = executionFor(received, candidates[0] ?? { target: resolution.target, weight: 1 });
  for (;;) {
    try {
      return withAnswerHeaders(execution, await beginAttempt(execution));
    } catch (error) {
      course ??= new Course(received, candidates);
      execution = await course.after(execution, error);
    }
  }
}
