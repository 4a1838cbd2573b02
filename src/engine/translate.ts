import type { Upstream } from "../drivers/driver.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import { withDefaults } from "../wire/json/default-edits.ts";
import { dropReasoning } from "../wire/neutral/drop-reasoning.ts";
import { LossList } from "../wire/neutral/loss.ts";
import { type RenamedTools, renameTools, restoreTools } from "../wire/neutral/rename-tools.ts";
import type { NeutralRequest } from "../wire/neutral/request.ts";
import type { Protocol } from "../wire/protocol.ts";
import { addVendorLimits } from "./admit/own-limits.ts";
import { checkedAnswer, isStream, parseAnswer, readWhole, throwIfError } from "./answer-body.ts";
import { answerContext, askedOf } from "./answer-context.ts";
import { firstByteMs, idleMs } from "./attempt/attempt-timeouts.ts";
import { bodyDefaultsFor } from "./body-defaults.ts";
import type { Call, Outcome } from "./call.ts";
import { completeUsage } from "./complete-usage.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { EventWriter } from "./event-writer.ts";
import type { Execution } from "./execution.ts";
import { inlineMedia } from "./inline-media.ts";
import { openTurn } from "./keep-turn.ts";
import { oneChunk, retell } from "./retell.ts";
import { failureOf, send } from "./send.ts";
import { TranslateSource } from "./translate-source.ts";

/** Client and vendor speak different protocols: request and answer go through the neutral tree. */
export async function translate(execution: Execution, upstream: Upstream): Promise<Outcome> {
  const { context, call, routed, meter, headers } = execution;
  const { surface } = call;
  const { target } = routed.resolution;
  const wire = protocolOf(execution, upstream);
  const turn = await openTurn(execution);
  const { traits } = target.model;
  const losses = new LossList();
  const asked = ownState(execution, surface.decodeRequest(turn.body), { wire, losses });
  const { request: whole, names } = fitTools(asked, wire);
  const request = await inlineMedia(whole, {
    ...{ wire, traits, signal: call.signal },
    fetchMedia: (url, options) => call.waits.during(context.fetchMedia(url, options)),
    allowsHost: call.key.org.allowsHost,
  });
  const encoded = wire.encodeRequest(request, {
    model: target.model.wireId,
    traits,
    quirks: upstream.quirks,
    losses,
    betas: readBetas(call, wire),
  });
  acceptLosses(execution, losses, wire.id);
  const body = withDefaults(encoded, bodyDefaultsFor(upstream, target.model.wireId));
  meter.estimatedInput = estimateTokens(body.length);
  meter.called();
  const answer = await send(context, {
    call,
    provider: target.provider,
    upstream,
    wire,
    upstreamCall: { operation: "generate", model: target.model.wireId, stream: routed.stream },
    body,
    firstByteMs: firstByteMs(execution),
  });
  addVendorLimits(headers, answer.response.headers);
  const stream = {
    requestId: call.requestId,
    surface,
    wire,
    target,
    answer,
    answerContext: answerContext(execution, askedOf(turn.sent, { surface, request })),
    meter,
    idle: idleMs(execution),
    toolNames: names,
  };
  if (routed.stream && isStream(answer.response, wire)) {
    const source = new TranslateSource(stream);
    await source.prime();
    return turn.keep({ kind: "stream", headers, source });
  }
  try {
    const parsed = parseAnswer(await readWhole(answer, target.provider), target.provider);
    throwIfError(parsed, { wire, provider: target.provider });
    const told = checkedAnswer(wire.decodeResponse(parsed), target.provider);
    const decoded = { ...told, usage: completeUsage(told.usage, { upstream, answer }) };
    const response = names === undefined ? decoded : restoreTools(decoded, names);
    meter.usage = response.usage;
    meter.firstByte();
    const outcome: Outcome = routed.stream
      ? { kind: "stream", headers, source: oneChunk(retell(response, new EventWriter(stream))) }
      : { kind: "body", headers, body: surface.encodeResponse(response, stream.answerContext) };
    meter.completed();
    return turn.keep(outcome);
  } catch (error) {
    throw failureOf(error, answer.abort, target.provider);
  }
}

/**
 * Writes the losses where the caller, the log and the ledger find them.
 *
 * @throws PenstockError `loss_refused` when the caller or the key is strict.
 */
export function acceptLosses({ call, meter, headers }: Execution, losses: LossList, target: string): void {
  if (losses.size === 0) return;
  const header = losses.toHeader();
  if (call.strict || call.key.config.strict) {
    const fields = losses.toArray();
    throw new PenstockError("loss_refused", {
      fields: { target, losses: header },
      ...(fields[0] !== undefined && { param: fields[0].field }),
      headers: { "x-penstock-loss": header },
    });
  }
  meter.losses = header;
  headers["x-penstock-loss"] = header;
}

/** The request without reasoning that only another account of the vendor could read. */
function ownState(
  { foreignState }: Execution,
  request: NeutralRequest,
  { wire, losses }: { readonly wire: Protocol; readonly losses: LossList },
): NeutralRequest {
  if (!foreignState || wire.dropState === undefined) return request;
  return dropReasoning(request, { protocol: wire.id, losses });
}

/** What the client's headers ask for that this wire says in its body. */
export function readBetas({ headers }: Call, { betaHeader }: Protocol): readonly string[] {
  const value = betaHeader === undefined ? null : headers.get(betaHeader);
  return (value ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** The request with tool names that the vendor accepts. */
export function fitTools(request: NeutralRequest, { toolNameRule }: Protocol): RenamedTools {
  return toolNameRule === undefined || request.tools.length === 0
    ? { request, names: undefined }
    : renameTools(request, toolNameRule);
}

function protocolOf({ context, routed }: Execution, upstream: Upstream): Protocol {
  const wire = context.protocols.get(upstream.protocol);
  if (wire !== undefined) return wire;
  throw new PenstockError("provider_misconfigured", {
    fields: {
      provider: routed.resolution.target.provider.config.name,
      reason: `this build does not speak ${upstream.protocol}`,
    },
  });
}
