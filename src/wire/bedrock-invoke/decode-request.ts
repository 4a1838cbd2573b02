import { decodeRequest as decodeMessagesRequest } from "../anthropic-messages/decode-request.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import { ObjectReader } from "../read-json.ts";
import { bodyVersion } from "./schema.ts";

/**
 * The body of an InvokeModel call of a Messages model. `model` and `stream` stand in the path; the edge adds them. Throws
 * `invalid_request` with the path of the field at fault.
 */
export function decodeRequest(body: unknown): NeutralRequest {
  const reader = new ObjectReader(body, "");
  reader.oneOf("anthropic_version", [bodyVersion]);
  return decodeMessagesRequest(reader.rest(new Set(["anthropic_version"])));
}
