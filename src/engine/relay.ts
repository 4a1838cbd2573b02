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
import { type Answer, send } from "./send.ts";
import type { StreamCall } from "./stream-call.ts";
import { acceptLosses } from "./translate.ts";

/** Client and vendor speak the same protocol: the body is forwarded with its model changed, the answer as it comes. */
export async function relay(execution: Execution, upstream: Upstream): Promise<Outcome> {
  const { context, call, routed, meter, headers } = execution;
  const { surface } = call;
  const { target } = routed.resolution;
  const plan = surface.relayPlan?.(call.body, routed.scan, upstream.quirks);
  const body = editCallBody(execution, editsFor(execution, upstream, plan?.edits ?? noEdits));
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
  if (routed.stream && isStream(answer.response, surface)) {
    const source = new RelaySource(streamOf(execution, answer), plan?.hideUsageChunk ?? false);
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
  const told = retell(response, new EventWriter(streamOf(execution, answer)));
  meter.completed();
  return { kind: "stream", headers, source: oneChunk(told) };
}

const noEdits: readonly Edit[] = [];

/** What is changed of the client's body; mostly nothing, so that lists are joined only where there are several. */
function editsFor(execution: Execution, upstream: Upstream, planned: readonly Edit[]): readonly Edit[] {
  const { call, routed, foreignState } = execution;
  const defaults = bodyDefaultsFor(upstream, routed.resolution.target.model.wireId);
  const named = modelEdit(execution);
  if (planned.length === 0 && defaults === undefined && !foreignState) return named;
  return [
    ...named,
    ...planned,
    ...defaultEdits(call.body, routed.scan, defaults),
    ...(foreignState ? stateEdits(execution) : noEdits),
  ];
}

function streamOf(execution: Execution, answer: Answer): StreamCall {
  const { call, routed, meter } = execution;
  return {
    requestId: call.requestId,
    surface: call.surface,
    wire: call.surface,
    target: routed.resolution.target,
    answer,
    answerContext: answerContext(execution),
    meter,
    idle: idleMs(execution),
    toolNames: undefined,
  };
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
export function modelEdit({ call, routed }: Execution): readonly Edit[] {
  const { scan, resolution } = routed;
  const { wireId } = resolution.target.model;
  if (call.surface.modelEdits !== undefined) return call.surface.modelEdits(call.body, scan, wireId);
  const isNamed = scan.fields.has("model");
  if (isNamed && resolution.name === wireId && call.pathModel === undefined && !resolution.defaulted)
    return noEdits;
  const text = JSON.stringify(wireId);
  const range = scan.fields.get("model");
  if (range !== undefined) return [{ start: range.start, end: range.end, text }];
  return [{ start: scan.insertAt, end: scan.insertAt, text: `"model":${text}${scan.empty ? "" : ","}` }];
}
