import { PenstockError } from "../errors/penstock-error.ts";
import type { EmbeddingRequest } from "../wire/embeddings/request.ts";
import type { EmbeddingResponse } from "../wire/embeddings/response.ts";
import { withDefaults } from "../wire/json/default-edits.ts";
import { LossList } from "../wire/neutral/loss.ts";
import { noUsage, type Usage } from "../wire/neutral/usage.ts";
import { addVendorLimits } from "./admit/own-limits.ts";
import { parseAnswer, readWhole, throwIfError } from "./answer-body.ts";
import { firstByteMs } from "./attempt/attempt-timeouts.ts";
import type { BodyOutcome, Call } from "./call.ts";
import { eachOf } from "./each-of.ts";
import type { EmbeddingCall, EmbeddingPath } from "./embedding-call.ts";
import { failureOf, send } from "./send.ts";
import { acceptLosses } from "./translate.ts";

/** Calls of one request that a vendor gets at a time. */
const atOnce = 4;

/** Client and vendor ask for vectors differently, or the vendor takes fewer inputs a call than there are. */
export async function translateEmbedding(
  embedding: EmbeddingCall,
  path: EmbeddingPath,
): Promise<BodyOutcome> {
  const { execution, surface, request, operation } = embedding;
  const { call, routed, meter, headers } = execution;
  const { model } = routed.resolution.target;
  const { wire } = path;
  const losses = new LossList();
  // All are written before the first is sent: a request is refused as a whole.
  const { quirks, embeddingDefaults } = path.upstream;
  const parts = split(request, wire.maxInputs).map((part) => ({
    size: part.inputs.length,
    body: withDefaults(
      wire.encodeRequest(part, { model: model.wireId, traits: model.traits, quirks, losses }),
      embeddingDefaults,
    ),
  }));
  acceptLosses(execution, losses, wire.id);
  meter.called();
  const answers: EmbeddingResponse[] = [];
  const stop = new AbortController();
  const stoppable: Call = { ...call, signal: AbortSignal.any([call.signal, stop.signal]) };
  try {
    await eachOf(parts, {
      atOnce,
      async run(part, index) {
        answers[index] = await askOnce(embedding, { ...path, part, call: stoppable });
        // What was billed is booked, also when another part fails.
        meter.usage = sumOf(answers);
        meter.firstByte();
      },
    });
  } finally {
    stop.abort();
  }
  const usage = answers.every((answer) => answer.usage !== undefined) ? sumOf(answers) : undefined;
  meter.usage = usage;
  const context = {
    model: routed.resolution.name,
    encoding: request.encoding,
    operation,
    inputTokens: usage?.input ?? meter.estimatedInput,
  };
  const vectors = answers.flatMap((answer) => answer.vectors);
  const body = surface.encodeResponse({ vectors, usage }, context);
  meter.completed();
  return { kind: "body", headers, body };
}

interface Part {
  readonly size: number;
  readonly body: Uint8Array | string;
}

async function askOnce(
  { execution }: EmbeddingCall,
  { upstream, protocol, wire, part, call }: EmbeddingPath & { readonly part: Part; readonly call: Call },
): Promise<EmbeddingResponse> {
  const { context, routed, headers } = execution;
  const { provider, model } = routed.resolution.target;
  const operation = wire.operationOf?.(part.size) ?? "embed";
  const answer = await send(context, {
    call,
    provider,
    upstream,
    wire: protocol,
    upstreamCall: { operation, model: model.wireId, stream: false },
    body: part.body,
    firstByteMs: firstByteMs(execution),
  });
  addVendorLimits(headers, answer.response.headers);
  try {
    const parsed = parseAnswer(await readWhole(answer, provider), provider);
    throwIfError(parsed, { wire: protocol, provider });
    const response = wire.decodeResponse(parsed, answer.response.headers);
    const got = response.vectors.length;
    if (got === part.size) return response;
    const reason = `it answered ${part.size} inputs with ${got} embeddings`;
    throw new PenstockError("upstream_malformed", { fields: { reason } });
  } catch (error) {
    throw failureOf(error, answer.abort, provider);
  }
}

function split(request: EmbeddingRequest, size: number): readonly EmbeddingRequest[] {
  const parts: EmbeddingRequest[] = [];
  for (let start = 0; start < request.inputs.length; start += size)
    parts.push({ ...request, inputs: request.inputs.slice(start, start + size) });
  return parts;
}

/** Undefined when no part was counted. */
function sumOf(answers: readonly EmbeddingResponse[]): Usage | undefined {
  const counted = answers.flatMap((answer) => answer?.usage ?? []);
  const [first] = counted;
  if (first === undefined) return undefined;
  if (counted.length === 1) return first;
  const input = counted.reduce((sum, usage) => sum + usage.input, 0);
  return { ...noUsage, input, raw: counted.map(({ raw }) => raw) };
}
