import type { Issue } from "../shared/first-issue.ts";
import type { VendorAnswer } from "../shared/mock-server.ts";

/** An error in the vendor's shape. */
export function messagesError(status: number, ...[type, message]: readonly [string, string]): VendorAnswer {
  return { status, json: { type: "error", error: { type, message }, request_id: "req_mock" } };
}

/** 400 `invalid_request_error`. */
export function invalid(message: string): VendorAnswer {
  return messagesError(400, "invalid_request_error", message);
}

/** The refusal of a body that is not of the schema, as the vendor words it: `messages.0.content: Field required`. */
export function shapeError({ path, kind, message }: Issue): VendorAnswer {
  const at = path.join(".");
  if (kind === "unknown") return invalid(`${at}: Extra inputs are not permitted`);
  return invalid(kind === "missing" ? `${at}: Field required` : `${at}: ${message}`);
}
