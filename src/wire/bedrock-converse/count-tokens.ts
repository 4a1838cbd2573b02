import type { NeutralRequest } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { readTokenCount } from "../read-token-count.ts";
import { encodeRequest } from "./encode-request.ts";

/** What a count takes of a request. Source: ConverseTokensRequest of Amazon Bedrock's API reference. */
const counted = ["system", "messages", "toolConfig", "additionalModelRequestFields"] as const;

/** The tree as the body of CountTokens: what the model would read. */
export function encodeCountRequest(request: NeutralRequest, options: EncodeRequestOptions): string {
  const { temperature: _t, topP: _p, topK: _k, maxOutputTokens: _m, ...read } = request;
  const body: unknown = JSON.parse(encodeRequest({ ...read, stop: [] }, options));
  const whole: JsonObject = isObject(body) ? body : {};
  const converse = Object.fromEntries(counted.map((name) => [name, whole[name]]));
  return JSON.stringify({ input: { converse } });
}

/** The vendor's answer to a count. Throws `upstream_malformed` when it holds no number. */
export function decodeTokenCount(body: unknown): number {
  return readTokenCount(body, "inputTokens");
}
