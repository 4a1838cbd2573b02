import type { NeutralRequest } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import { readTokenCount } from "../read-token-count.ts";
import { encodeBody } from "./encode-request.ts";

/**
 * The tree to the JSON text of `POST /v1/messages/count_tokens`: what the model would read, without what only shapes
 * the answer (limit, sampling, stop sequences).
 */
export function encodeCountRequest(
  request: NeutralRequest,
  { model, traits, losses }: EncodeRequestOptions,
): string {
  const { temperature: _t, topP: _p, topK: _k, ...read } = request;
  // Any limit will do, it is not sent; naming one keeps its default from being told as a loss.
  const limit = read.maxOutputTokens ?? traits.maxOutputTokens ?? 64_000;
  const body = encodeBody({ ...read, stop: [], maxOutputTokens: limit }, { traits, losses });
  const { max_tokens: _m, metadata: _u, service_tier: _s, ...counted } = body;
  return JSON.stringify({ model, ...counted });
}

/** The vendor's answer to a count. Throws `upstream_malformed` when it holds no number. */
export function decodeTokenCount(body: unknown): number {
  return readTokenCount(body, "input_tokens");
}

/** A count as a client of this protocol expects it. */
export function encodeTokenCount(tokens: number): string {
  return JSON.stringify({ input_tokens: tokens });
}
