import { PenstockError } from "../../errors/penstock-error.ts";
import type { Lease } from "../admission.ts";
import type { Outcome } from "../call.ts";
import type { Execution } from "../execution.ts";
import { answer } from "./answer.ts";

/**
 * One attempt at one target: asks whether the target may be called and whether limits have room, then calls it. Not async: every
 * step in between is paid by each request.
 *
 * @throws PenstockError `targets_cooling` when the target is left alone for now, and what `Admission` and `answer` throw or reject with.
 */
export function beginAttempt(execution: Execution): Promise<Outcome> {
  const { context, call, routed, candidate, meter } = execution;
  const { target } = candidate;
  if (!meter.begin(target)) throw cooling(execution);
  const { admission } = context;
  if (admission === undefined) return answer(execution);
  const lease = admission.admit({ call, routed, target, attempt: meter.admitted });
  return lease instanceof Promise ? admittedLater(execution, lease) : admitted(execution, lease);
}

async function admittedLater(execution: Execution, lease: Promise<Lease | undefined>): Promise<Outcome> {
  return admitted(execution, await lease);
}

function admitted(execution: Execution, lease: Lease | undefined): Promise<Outcome> {
  execution.meter.admitted++;
  if (lease !== undefined) {
    execution.meter.hold(lease);
    lease.addHeaders(execution.headers);
  }
  return answer(execution);
}

function cooling({ context, candidate, routed }: Execution): PenstockError {
  const { coolingMs, coolingReason = "circuit_open" } = context.targets.view(
    candidate.target,
    context.tick(),
  );
  return new PenstockError("targets_cooling", {
    fields: { model: routed.resolution.name, reason: reasons[coolingReason] },
    // Somebody else's probe may end at any moment.
    retryAfterMs: Math.max(coolingMs, 1),
  });
}

const reasons = {
  rate_limited: "its vendor limits the rate of requests",
  quota_exhausted: "the account has no quota left",
  circuit_open: "the last calls failed",
} as const;
