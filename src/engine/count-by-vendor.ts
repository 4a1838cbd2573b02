import type { Driver, Upstream } from "../drivers/driver.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import { LossList } from "../wire/neutral/loss.ts";
import type { NeutralRequest } from "../wire/neutral/request.ts";
import type { Protocol } from "../wire/protocol.ts";
import { parseAnswer, readWhole, throwIfError } from "./answer-body.ts";
import { firstByteMs } from "./attempt/attempt-timeouts.ts";
import type { FetchMedia } from "./engine-context.ts";
import type { Execution } from "./execution.ts";
import { inlineMedia } from "./inline-media.ts";
import { send } from "./send.ts";
import { fitTools, readBetas } from "./translate.ts";

/**
 * Has the vendor count a request of another protocol; undefined when it has no call for that, or counts no such model.
 *
 * @throws PenstockError `upstream_*` but for a refusal of the question; `ClientGone`.
 */
export async function countByVendor(
  execution: Execution,
  { driver, request }: { readonly driver: Driver; readonly request: NeutralRequest },
): Promise<number | undefined> {
  const { context, routed } = execution;
  const { provider, model } = routed.resolution.target;
  for (const id of driver.protocols) {
    const wire = context.protocols.get(id);
    if (wire === undefined) continue;
    const upstream = provider.upstream(id);
    const url = upstream.url({ operation: "count_tokens", model: model.wireId, stream: false });
    if (url !== undefined) return ask(execution, { request, upstream, wire });
  }
  return undefined;
}

async function ask(
  execution: Execution,
  asked: { readonly request: NeutralRequest; readonly upstream: Upstream; readonly wire: Protocol },
): Promise<number | undefined> {
  const { context, call, routed, meter } = execution;
  const { provider, model } = routed.resolution.target;
  const { upstream, wire } = asked;
  const { encodeCountRequest, decodeTokenCount } = wire;
  if (encodeCountRequest === undefined || decodeTokenCount === undefined) return undefined;
  const { traits, wireId } = model;
  const fetchMedia: FetchMedia = (url, options) => call.waits.during(context.fetchMedia(url, options));
  const fitted = fitTools(asked.request, wire).request;
  const request = await inlineMedia(fitted, {
    ...{ wire, traits, fetchMedia, signal: call.signal },
    allowsHost: call.key.org.allowsHost,
  });
  const { quirks } = upstream;
  // What the wire cannot carry, the model would not read either: nothing of the count is lost.
  const options = { model: wireId, traits, quirks, losses: new LossList(), betas: readBetas(call, wire) };
  meter.protocol = upstream.protocol;
  meter.called();
  try {
    const answer = await send(context, {
      call,
      provider,
      upstream,
      wire,
      upstreamCall: { operation: "count_tokens", model: wireId, stream: false },
      body: encodeCountRequest(request, options),
      firstByteMs: firstByteMs(execution),
    });
    const parsed = parseAnswer(await readWhole(answer, provider), provider);
    throwIfError(parsed, { wire, provider });
    return decodeTokenCount(parsed);
  } catch (error) {
    // It counts no such model, or not through this endpoint: the estimate is better than nothing.
    if (error instanceof PenstockError && error.code === "upstream_rejected") return undefined;
    throw error;
  }
}
