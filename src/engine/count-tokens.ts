import type { Driver } from "../drivers/driver.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import { LossList } from "../wire/neutral/loss.ts";
import type { NeutralRequest } from "../wire/neutral/request.ts";
import { noUsage } from "../wire/neutral/usage.ts";
import { parseAnswer, readWhole, throwIfError } from "./answer-body.ts";
import { firstByteMs } from "./attempt/attempt-timeouts.ts";
import { editCallBody } from "./attempt/edit-call-body.ts";
import type { BodyOutcome } from "./call.ts";
import { countByVendor } from "./count-by-vendor.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import type { Execution } from "./execution.ts";
import { parsedBody } from "./read-call.ts";
import { modelEdit } from "./relay.ts";
import { send } from "./send.ts";
import { acceptLosses } from "./translate.ts";

/** Counts the tokens of a request: by the vendor where it can, else by estimate, which is then said as a loss. */
export async function countTokens(execution: Execution, driver: Driver): Promise<BodyOutcome> {
  const { context, call, routed, meter, headers } = execution;
  const { surface } = call;
  const { target } = routed.resolution;
  const { decodeCountRequest, encodeTokenCount } = surface;
  if (decodeCountRequest === undefined || encodeTokenCount === undefined) {
    const fields = { operation: "counting tokens", provider: target.provider.config.name };
    throw new PenstockError("operation_unsupported", { fields });
  }
  meter.usage = noUsage;
  if (driver.protocols.includes(surface.id)) {
    const upstream = target.provider.upstream(surface.id);
    const upstreamCall = { operation: "count_tokens", model: target.model.wireId, stream: false } as const;
    const foreign =
      surface.holdsForeignState?.(call.body, { quirks: upstream.quirks, traits: target.model.traits }) ===
      true;
    if (!foreign && upstream.url(upstreamCall) !== undefined) {
      meter.protocol = upstream.protocol;
      meter.passthrough = true;
      meter.called();
      const body = editCallBody(execution, modelEdit(execution));
      const answer = await send(context, {
        call,
        provider: target.provider,
        upstream,
        wire: surface,
        upstreamCall,
        body,
        firstByteMs: firstByteMs(execution),
      });
      const counted = await readWhole(answer, target.provider);
      throwIfError(parseAnswer(counted, target.provider), { wire: surface, provider: target.provider });
      meter.completed();
      return { kind: "body", headers, body: counted };
    }
  }
  const request = decodeCountRequest(parsedBody(call, routed));
  const counted = await countByVendor(execution, { driver, request });
  const losses = new LossList();
  if (counted === undefined) losses.add("input_tokens", "emulated");
  const tokens = counted ?? driver.countTokens?.(request) ?? estimateRequest(request);
  acceptLosses(execution, losses, target.provider.config.name);
  meter.completed();
  return { kind: "body", headers, body: encodeTokenCount(tokens) };
}

/** Everything the model would read, measured as the JSON it is, without images and files. */
function estimateRequest({ system, messages, tools }: NeutralRequest): number {
  const text = JSON.stringify([system, messages, tools], (name, value) =>
    name === "source" ? undefined : value,
  );
  return estimateTokens(text.length);
}
