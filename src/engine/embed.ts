import type { Driver, Upstream } from "../drivers/driver.ts";
import { PenstockError, toPenstockError } from "../errors/penstock-error.ts";
import type { EmbedOperation } from "../wire/embeddings/embedding-protocol.ts";
import type { EmbeddingRequest } from "../wire/embeddings/request.ts";
import { parseBody } from "../wire/json/top-level.ts";
import type { ProtocolId } from "../wire/neutral/protocol-id.ts";
import { noUsage } from "../wire/neutral/usage.ts";
import { invalid } from "../wire/read-json.ts";
import type { BodyOutcome } from "./call.ts";
import { relayEmbedding } from "./embed-relay.ts";
import { translateEmbedding } from "./embed-translate.ts";
import type { EmbeddingCall, EmbeddingPath } from "./embedding-call.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import type { Execution } from "./execution.ts";
import type { ProviderPlane } from "./plane.ts";

/**
 * Makes vectors: passed through where client and vendor speak the same, else translated, in several calls where the vendor
 * takes few inputs a call.
 *
 * @throws PenstockError `invalid_request` for what no vendor takes, `operation_unsupported` for chat models and for vendors
 *   that make no vectors.
 */
export async function embed(
  execution: Execution,
  { driver, operation }: { readonly driver: Driver; readonly operation: EmbedOperation },
): Promise<BodyOutcome> {
  const { call, routed, meter } = execution;
  const { model } = routed.resolution.target;
  const surface = call.surface.embeddingSurface;
  if (surface === undefined || model.kind === "chat") throw unsupported(execution);
  const request = surface.decodeRequest(parseBody(call.body), operation);
  meter.stream = false;
  meter.estimatedInput = sizeOf(request);
  const embedding: EmbeddingCall = { execution, operation, surface, request };
  if (driver.embed !== undefined) return embedInProcess(embedding, driver.embed);
  const path = choosePath(execution, driver);
  if (path === undefined) throw unsupported(execution);
  meter.protocol = path.wire.id;
  meter.passthrough = path.wire.id === surface.id && path.upstream.translated !== true;
  if (meter.passthrough) return relayEmbedding(embedding, path);
  refuseMixed(request);
  return translateEmbedding(embedding, path);
}

/** Chat models make no vectors, whatever their vendor can; nor do vendors without a call for them. */
function unsupported({ routed }: Execution): PenstockError {
  const { provider, model } = routed.resolution.target;
  const operation = `Making embeddings with the model \`${model.wireId}\``;
  return new PenstockError("operation_unsupported", {
    fields: { operation, provider: provider.config.name },
    param: "model",
  });
}

function embedInProcess(
  { execution, operation, surface, request }: EmbeddingCall,
  make: NonNullable<Driver["embed"]>,
): BodyOutcome {
  const { meter, routed, headers } = execution;
  refuseMixed(request);
  meter.protocol = "in-process";
  meter.called();
  const response = make(request);
  meter.usage = response.usage ?? noUsage;
  meter.firstByte();
  meter.completed();
  const context = {
    model: routed.resolution.name,
    encoding: request.encoding,
    operation,
    inputTokens: meter.usage.input,
  };
  return { kind: "body", headers, body: surface.encodeResponse(response, context) };
}

/** The client's own protocol where the vendor has vectors by it, else the first of the driver's that has. */
function choosePath({ context, call, routed }: Execution, driver: Driver): EmbeddingPath | undefined {
  const { provider, model } = routed.resolution.target;
  const ids = [...driver.protocols].sort(
    (a, b) => Number(b === call.surface.id) - Number(a === call.surface.id),
  );
  for (const id of ids) {
    const protocol = context.protocols.get(id);
    const wire = protocol?.embeddingWire?.(model.traits);
    if (protocol === undefined || wire === undefined) continue;
    const upstream = upstreamOf(provider, id);
    if (upstream?.url({ operation: "embed", model: model.wireId, stream: false }) !== undefined)
      return { upstream, protocol, wire };
  }
  return undefined;
}

/** Some drivers speak a protocol only where the provider's options say so. */
function upstreamOf(provider: ProviderPlane, protocol: ProtocolId): Upstream | undefined {
  try {
    return provider.upstream(protocol);
  } catch (error) {
    if (toPenstockError(error).code === "operation_unsupported") return undefined;
    throw error;
  }
}

function refuseMixed({ mixed }: EmbeddingRequest): void {
  if (mixed?.[0] !== undefined)
    invalid(mixed[0], "must be the same in all requests for the vendor of this model");
}

/** Tokens, where the vendor does not count them. */
function sizeOf({ inputs }: EmbeddingRequest): number {
  return inputs.reduce((sum, input) => {
    if (input.type === "tokens") return sum + input.tokens.length;
    return sum + (input.type === "text" ? estimateTokens(input.text.length) : 0);
  }, 0);
}
