import type { Driver } from "../drivers/driver.ts";
import { ResponseCollector } from "../wire/neutral/collect-response.ts";
import { answerContext, askedOf } from "./answer-context.ts";
import type { Outcome } from "./call.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { EventWriter } from "./event-writer.ts";
import type { Execution } from "./execution.ts";
import { InProcessSource } from "./in-process-source.ts";
import { openTurn } from "./keep-turn.ts";
import { ClientGone } from "./send.ts";
import { upstreamFailure } from "./upstream-failure.ts";

/** The driver answers itself: there is no vendor to call. */
export async function answerInProcess(
  execution: Execution,
  respond: NonNullable<Driver["respond"]>,
): Promise<Outcome> {
  const { call, routed, meter, headers } = execution;
  const { surface } = call;
  const { target } = routed.resolution;
  const turn = await openTurn(execution);
  const request = surface.decodeRequest(turn.body);
  const context = answerContext(execution, askedOf(turn.sent, { surface, request }));
  meter.protocol = "in-process";
  meter.estimatedInput = estimateTokens(call.body.length);
  meter.called();
  const stop = new AbortController();
  const events = respond(
    { ...request, model: target.model.wireId },
    { requestId: call.requestId, created: context.created, signal: stop.signal },
  );
  if (routed.stream) {
    const writer = new EventWriter({ surface, target, meter, answerContext: context });
    const source = new InProcessSource({ events, writer, meter, call, stop });
    return turn.keep({ kind: "stream", headers, source });
  }
  const collector = new ResponseCollector();
  // What answers in process stands where a vendor does.
  call.waits.begin();
  for await (const event of events) {
    if (call.signal.aborted) {
      stop.abort();
      throw new ClientGone();
    }
    collector.add(event);
  }
  call.waits.end();
  if (collector.error !== undefined) throw upstreamFailure(collector.error, target.provider);
  const response = collector.response();
  meter.usage = response.usage;
  meter.firstByte();
  meter.completed();
  return turn.keep({ kind: "body", headers, body: surface.encodeResponse(response, context) });
}
