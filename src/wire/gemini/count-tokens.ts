import type { Edit } from "../json/edit-body.ts";
import { readField, type TopLevel } from "../json/top-level.ts";
import { isObject } from "../read-json.ts";

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
    const name = model.includes("/") ? model : `models/${model}`;
    return request.model === name ? [] : [{ ...range, text: JSON.stringify({ ...request, model: name }) }];
  });
}
