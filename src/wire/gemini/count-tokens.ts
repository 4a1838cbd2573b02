import type { Edit } from "../json/edit-body.ts";
import { readField, type TopLevel } from "../json/top-level.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import type { EncodeRequestOptions } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { readTokenCount } from "../read-token-count.ts";
import { encodeRequest } from "./encode-request.ts";

/**
 * The tree as the body of `:countTokens`: what the model would read. A whole request names its model, as the path does.
 */
export function encodeCountRequest(request: NeutralRequest, options: EncodeRequestOptions): string {
  const { temperature: _t, topP: _p, topK: _k, maxOutputTokens: _m, ...read } = request;
  const body: unknown = JSON.parse(encodeRequest({ ...read, stop: [] }, options));
  const { model } = options;
  const generateContentRequest = { model: qualified(model), ...(isObject(body) && body) };
  return JSON.stringify({ generateContentRequest });
}

/** The vendor's answer to a count. Throws `upstream_malformed` when it holds no number. */
export function decodeTokenCount(body: unknown): number {
  return readTokenCount(body, "totalTokens");
}

/** Tuned models stand in a collection of their own, which their id names. */
function qualified(model: string): string {
  return model.includes("/") ? model : `models/${model}`;
}

/** A count as a client of this protocol expects it. */
export function encodeTokenCount(tokens: number): string {
  return JSON.stringify({ totalTokens: tokens });
}

const wholeRequest = ["generateContentRequest", "generate_content_request"] as const;

/**
 * The path names the model, so the body stays as it is; only a count of a whole request names it again, and the API
 * wants both alike.
 */
export function modelEdits(body: Uint8Array, scan: TopLevel, model: string): readonly Edit[] {
  return wholeRequest.flatMap((field) => {
    const range = scan.fields.get(field);
    const request = range === undefined ? undefined : readField(body, scan, field);
    if (range === undefined || !isObject(request)) return [];
    const name = qualified(model);
    return request.model === name ? [] : [{ ...range, text: JSON.stringify({ ...request, model: name }) }];
  });
}
