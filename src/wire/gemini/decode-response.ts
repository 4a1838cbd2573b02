import { PenstockError } from "../../errors/penstock-error.ts";
import { firstAlternative } from "../first-alternative.ts";
import { ResponseCollector } from "../neutral/collect-response.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { noUsage } from "../neutral/usage.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { citationsOf } from "./citations.ts";
import { decodePart, textOf } from "./decode-parts.ts";
import { GeminiStreamDecoder } from "./decode-stream.ts";
import { decodeInBandError } from "./error.ts";
import { decodeStopReason } from "./stop-reason.ts";
import { decodeUsage, servedTier } from "./usage.ts";

/**
 * A vendor's whole answer, or the list of chunks it sends when a stream was not asked for as events. Only the first
 * candidate is read: more are never asked for.
 *
 * @throws PenstockError `upstream_malformed` when it is none, `upstream_error` when a failure was sent as a success.
 */
export function decodeResponse(body: unknown): NeutralResponse {
  if (Array.isArray(body)) return decodeChunks(body);
  if (!isObject(body)) throw malformed("its answer is not a JSON object");
  const error = decodeInBandError(body);
  if (error !== undefined) throw failed(error);
  const candidate = firstAlternative(body.candidates);
  if (candidate === undefined && !isObject(body.promptFeedback))
    throw malformed("its answer has no candidate");
  const responseId = textOf(body.responseId);
  const parts = candidate === undefined ? [] : decodeContent(candidate, responseId);
  const calledTools = parts.some((part) => part.type === "tool_call");
  const tier = servedTier(body.usageMetadata);
  return {
    id: responseId,
    model: textOf(body.modelVersion),
    parts,
    // A prompt that was blocked has no candidate.
    stopReason:
      candidate === undefined ? "content_filter" : decodeStopReason(candidate.finishReason, calledTools),
    usage: decodeUsage(body.usageMetadata) ?? noUsage,
    ...(tier !== undefined && { serviceTier: tier }),
  };
}

function decodeContent(candidate: JsonObject, responseId: string): readonly AssistantPart[] {
  const content =
    isObject(candidate.content) && Array.isArray(candidate.content.parts) ? candidate.content.parts : [];
  const parts: AssistantPart[] = [];
  let ordinal = 0;
  for (const part of content) {
    const decoded = isObject(part) ? decodePart(part, { responseId, ordinal }) : undefined;
    if (decoded === undefined) continue;
    if (decoded.type === "tool_call") ordinal++;
    parts.push(decoded);
  }
  const citations = citationsOf(candidate);
  const at = parts.findLastIndex((part) => part.type === "text");
  const last = parts[at];
  if (citations !== undefined && last?.type === "text") parts[at] = { ...last, citations };
  return parts;
}

function decodeChunks(chunks: readonly unknown[]): NeutralResponse {
  const decoder = new GeminiStreamDecoder();
  const events: NeutralEvent[] = [];
  for (const chunk of chunks) decoder.decode({ event: undefined, data: JSON.stringify(chunk) }, events);
  decoder.end(events);
  const collector = new ResponseCollector();
  for (const event of events) collector.add(event);
  if (collector.error !== undefined) throw failed(collector.error);
  return collector.response();
}

function failed(error: VendorError): PenstockError {
  const fields = { reason: `it answered ${error.status}.` };
  return new PenstockError("upstream_error", { fields, status: error.status, cause: error });
}

function malformed(reason: string): PenstockError {
  return new PenstockError("upstream_malformed", { fields: { reason } });
}
