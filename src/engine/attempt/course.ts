import { type PenstockError, toPenstockError } from "../../errors/penstock-error.ts";
import type { Affinity } from "../affinity/find-affinity.ts";
import type { Execution } from "../execution.ts";
import type { Candidate } from "../plane.ts";
import { ClientGone } from "../send.ts";
import { withFailureHeaders } from "./answer-headers.ts";
import { restoreBody } from "./edit-call-body.ts";
import { executionFor, type Received } from "./execution-for.ts";
import { type NextStep, nextStep } from "./next-step.ts";
import { pause } from "./pause.ts";
import { remedyFor } from "./remedy.ts";

interface Failure {
  readonly error: PenstockError;
  readonly execution: Execution;
}

/** What a request has tried since something failed. */
export class Course {
  #received: Received;
  readonly #left: Candidate[];
  /** Of the target at hand. */
  #failures = 0;
  /** The one the client is told when nothing helps. */
  #worst: Failure | undefined;

  /** `candidates`: in the order they are to be tried; the first is at hand. */
  constructor(received: Received, candidates: readonly Candidate[]) {
    this.#received = received;
    this.#left = candidates.slice(1);
  }

  /**
   * The next attempt after one that failed, when it is time for it. Closes the books when there is none.
   *
   * @throws PenstockError what the client is told then; `ClientGone` when it left meanwhile.
   */
  async after(execution: Execution, thrown: unknown): Promise<Execution> {
    const { call } = this.#received;
    if (thrown instanceof ClientGone) return this.#gone();
    const failure = { error: toPenstockError(thrown), execution };
    this.#worst = worse(this.#worst, failure);
    if (isForeignState(failure)) {
      this.#received = { ...this.#received, affinity: nobodys };
      return this.#leave(failure, execution.candidate);
    }
    const { candidate } = execution;
    const remedy = remedyFor(failure.error);
    const at = this.#left.findIndex((other) => remedy !== "larger" || isLarger(other, candidate));
    const step = this.#decide(failure, at !== -1);
    if (step.kind === "stop") throw this.#stop(failure, this.#worst);
    if (step.kind === "retry") {
      const next = this.#leave(failure, candidate);
      return (await waited(call, step.afterMs)) ? next : this.#gone();
    }
    this.#failures = 0;
    const [next] = this.#left.splice(at, 1);
    return this.#leave(failure, next ?? candidate);
  }

  #leave({ error, execution }: Failure, next: Candidate): Execution {
    this.#received.meter.abandon(error);
    restoreBody(execution);
    return executionFor(this.#received, next);
  }

  #decide({ error }: Failure, hasNext: boolean): NextStep {
    const { context, call, routed, deadline } = this.#received;
    const now = context.tick();
    const { retries, backoffMs } = context.attempts;
    return nextStep({
      error,
      hasNext,
      failures: ++this.#failures,
      retries: routed.resolution.route?.config.retries ?? retries,
      backoffMs,
      retryMs: call.startedTick + context.timeouts.firstByte - now,
      remainingMs: deadline === undefined ? Number.POSITIVE_INFINITY : deadline - now,
      random: context.random(),
    });
  }

  /** Closes the books by the failure that says most. */
  #stop(last: Failure, told: Failure): PenstockError {
    const { meter } = this.#received;
    if (told !== last) {
      meter.abandon(last.error);
      meter.target = told.execution.candidate.target;
    } else if (meter.told !== "") meter.tell(last.error);
    const error = withFailureHeaders(told.execution, told.error);
    meter.failed(error);
    return error;
  }

  #gone(): never {
    this.#received.meter.disconnected();
    throw new ClientGone();
  }
}

/** What a vendor said is worth more than that nobody else could be asked; of those that cool, the soonest counts. */
function worse(known: Failure | undefined, failure: Failure): Failure {
  if (known === undefined) return failure;
  const { error } = failure;
  // What no target can help against is the caller's to know.
  if (remedyFor(error) === "nothing") return failure;
  const isVendors = (code: string) => code.startsWith("upstream_");
  if (isVendors(known.error.code) && !isVendors(error.code)) return known;
  const bothCool = known.error.code === "targets_cooling" && error.code === "targets_cooling";
  return bothCool && (known.error.retryAfterMs ?? 0) <= (error.retryAfterMs ?? 0) ? known : failure;
}

/** State that nobody remembers issuing: what is left of it is taken out, wherever the call goes. */
const nobodys: Affinity = { order: (candidates) => candidates, isForeign: () => true };

/** The vendor says that the state in the request is another account's, and it was not taken out yet. */
function isForeignState({ error, execution }: Failure): boolean {
  const { context, meter, foreignState } = execution;
  if (error.code !== "upstream_rejected" || error.vendorCode === undefined || foreignState) return false;
  for (const { foreignStateCode, id } of context.protocols.values())
    if (id === meter.protocol && foreignStateCode === error.vendorCode) return true;
  return false;
}

/** Unknown sizes are worth a try. */
function isLarger(other: Candidate, than: Candidate): boolean {
  const size = than.target.model.contextTokens;
  const more = other.target.model.contextTokens;
  return size === undefined || more === undefined || more > size;
}

/** False when the client left meanwhile. The wait is nobody's overhead. */
async function waited({ waits, signal }: Execution["call"], ms: number): Promise<boolean> {
  try {
    await waits.during(pause(ms, signal));
    return true;
  } catch {
    return false;
  }
}
