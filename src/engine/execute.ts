import { toPenstockError } from "../errors/penstock-error.ts";
import { readDeadline } from "./attempt/read-deadline.ts";
import { tryInTurn } from "./attempt/try-in-turn.ts";
import type { Call, Outcome } from "./call.ts";
import type { EngineContext } from "./engine-context.ts";
import { contentKeeper } from "./keep-content.ts";
import { Meter } from "./meter.ts";
import { readCall } from "./read-call.ts";

/** A call that has been routed and is on its way. */
export interface Running {
  /** The caller wants a stream: it may be told to wait in one. */
  readonly stream: boolean;
  /** Rejects with `PenstockError` for everything that goes wrong before the first byte, `ClientGone` when nobody waits. */
  readonly outcome: Promise<Outcome>;
  /** What a stream that must begin before the outcome is known can tell. */
  readonly early?: Pick<Meter, "limitHeaders"> | undefined;
}

/**
 * Runs one call: resolves the model, calls its vendor, and answers in the client's protocol. Every call that reaches
 * this point leaves exactly one usage record, whatever becomes of it.
 *
 * @throws PenstockError what `readCall` throws.
 */
export function execute(context: EngineContext, call: Call): Running {
  const meter = new Meter(context, call);
  try {
    const deadline = readDeadline(call);
    const routed = readCall(call, meter);
    const { name, route } = routed.resolution;
    meter.requestedModel = name;
    meter.route = route?.config.name;
    meter.stream = routed.stream;
    meter.deadline = deadline;
    const keep = contentKeeper(context.contents, call);
    const outcome = tryInTurn({ context, call, routed, meter, deadline });
    return {
      stream: routed.stream && call.operation === "generate",
      early: meter,
      outcome: keep === undefined ? outcome : outcome.then(keep),
    };
  } catch (error) {
    const failure = toPenstockError(error);
    meter.failed(failure);
    throw failure;
  }
}
