import { defaultEdits } from "../wire/json/default-edits.ts";
import { addVendorLimits } from "./admit/own-limits.ts";
import { parseAnswer, readWhole, throwIfError } from "./answer-body.ts";
import { firstByteMs } from "./attempt/attempt-timeouts.ts";
import { editCallBody } from "./attempt/edit-call-body.ts";
import type { BodyOutcome } from "./call.ts";
import type { EmbeddingCall, EmbeddingPath } from "./embedding-call.ts";
import { modelEdit } from "./relay.ts";
import { send } from "./send.ts";

/**
 * Client and vendor ask for vectors alike: the body is forwarded with its model changed, the answer as it comes, unless
 * its numbers are not in the encoding that was asked for.
 */
export async function relayEmbedding(
  { execution, operation, surface, request }: EmbeddingCall,
  { upstream, protocol, wire }: EmbeddingPath,
): Promise<BodyOutcome> {
  const { context, call, routed, meter, headers } = execution;
  const { provider, model } = routed.resolution.target;
  const edits = surface.modelEdits?.(call.body, routed.scan, model.wireId) ?? modelEdit(execution);
  const defaults = defaultEdits(call.body, routed.scan, upstream.embeddingDefaults);
  meter.called();
  const answer = await send(context, {
    call,
    provider,
    upstream,
    wire: protocol,
    upstreamCall: { operation, model: model.wireId, stream: false },
    body: editCallBody(execution, [...edits, ...defaults]),
    firstByteMs: firstByteMs(execution),
  });
  addVendorLimits(headers, answer.response.headers);
  const bytes = await readWhole(answer, provider);
  const parsed = parseAnswer(bytes, provider);
  throwIfError(parsed, { wire: protocol, provider });
  meter.usage = wire.readUsage(parsed, answer.response.headers);
  meter.firstByte();
  const body = surface.reencode?.(parsed, request.encoding) ?? bytes;
  meter.completed();
  return { kind: "body", headers, body };
}
