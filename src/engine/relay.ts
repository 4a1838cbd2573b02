import type { Upstream } from "../drivers/driver.ts";
import { defaultEdits } from "../wire/json/default-edits.ts";
import type { Edit } from "../wire/json/edit-body.ts";
import { LossList } from "../wire/neutral/loss.ts";
import { noUsage } from "../wire/neutral/usage.ts";
import { addVendorLimits } from "./admit/own-limits.ts";
import { checkedAnswer, isStream, parseAnswer, readWhole, throwIfError } from "./answer-body.ts";
import { answerContext } from "./answer-context.ts";
import { firstByteMs, idleMs } from "./attempt/attempt-timeouts.ts";
import { editCallBody } from "./attempt/edit-call-body.ts";
import { bodyDefaultsFor } from "./body-defaults.ts";
import type { Outcome } from "./call.ts";
import { completeUsage } from "./complete-usage.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { EventWriter } from "./event-writer.ts";
import type { Execution } from "./execution.ts";
import { rememberAnswer, watchAnswer } from "./kept-answers/remember-answer.ts";
import { RelaySource } from "./relay-source.ts";
import { oneChunk, retell } from "./retell.ts";
import { send } from "./send.ts";
import { acceptLosses } from "./translate.ts";

/** Client and vendor speak the same protocol: the body is forwarded with its model changed, the answer as it comes. */
export async function relay(execution: Execution, upstream: Upstream): Promise<Outcome> {
  const { context, call, routed, meter, headers } = execution;
  const { surface } = call;
  const { target } = routed.resolution;
  const plan = surface.relayPlan?.(call.body, routed.scan, upstream.quirks);
  const defaults = defaultEdits(call.body, routed.scan, bodyDefaultsFor(upstream, target.model.wireId));
  const body = editCallBody(execution, [
    ...modelEdit(execution),
    ...(plan?.edits ?? []),
    ...defaults,
    ...(execution.foreignState ? stateEdits(execution) : []),
  ]);
  meter.estimatedInput = estimateTokens(body.length);
  meter.called();
  const answer = await send(context, {
    call,
    provider: target.provider,
    upstream,
    wire: surface,
    upstreamCall: { operation: "generate", model: target.model.wireId, stream: routed.stream },
    body,
    firstByteMs: firstByteMs(execution),
  });
  addVendorLimits(headers, answer.response.headers);
  const stream = {
    requestId: call.requestId,
    surface,
    wire: surface,
    target,
    answer,
    answerContext: answerContext(execution),
    meter,
    idle: idleMs(execution),
    toolNames: undefined,
  };
  if (routed.stream && isStream(answer.response, surface)) {
    const source = new RelaySource(stream, plan?.hideUsageChunk ?? false);
    await source.prime();
    return { kind: "stream", headers, source: watchAnswer(execution, source) };
  }
  const bytes = await readWhole(answer, target.provider);
  const parsed = parseAnswer(bytes, target.provider);
  throwIfError(parsed, { wire: surface, provider: target.provider });
  meter.usage = completeUsage(surface.readUsage(parsed), { upstream, answer });
  // Of one that is only begun, nothing is known that could be billed: it is when it is read.
  if (!rememberAnswer(execution, parsed)) meter.usage ??= noUsage;
  if (!routed.stream) {
    meter.firstByte();
    meter.completed();
    return { kind: "body", headers, body: bytes };
  }
  // Asked for a stream, the vendor answered at once: tell the answer as the stream it would have been.
  const decoded = checkedAnswer(surface.decodeResponse(parsed), target.provider);
  const response = { ...decoded, usage: meter.usage ?? decoded.usage };
  meter.firstByte();
  const told = retell(response, new EventWriter(stream));
  meter.completed();
  return { kind: "stream", headers, source: oneChunk(told) };
}

/** Takes out what only another account could read. */
function stateEdits(execution: Execution): readonly Edit[] {
  const { call, routed } = execution;
  const dropped = call.surface.dropState?.(call.body, routed.scan);
  if (dropped === undefined) return [];
  const losses = new LossList();
  for (const field of dropped.fields) losses.add(field, "dropped");
  acceptLosses(execution, losses, call.surface.id);
  return dropped.edits;
}

/** Puts the vendor's model id where the client named the model. */
export function modelEdit({ call, routed }: Execution): Edit[] {
  const { scan, resolution } = routed;
  const { wireId } = resolution.target.model;
  if (call.surface.modelEdits !== undefined) return [...call.surface.modelEdits(call.body, scan, wireId)];
  const range = scan.fields.get("model");
  const text = JSON.stringify(wireId);
  if (range !== undefined)
    return resolution.name === wireId && call.pathModel === undefined && !resolution.defaulted
      ? []
      : [{ ...range, text }];
  return [{ start: scan.insertAt, end: scan.insertAt, text: `"model":${text}${scan.empty ? "" : ","}` }];
}
