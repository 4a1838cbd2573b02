import type { PenstockError } from "../../errors/penstock-error.ts";
import type { HeaderReader } from "../header-reader.ts";
import type { VendorError } from "../neutral/vendor-error.ts";
import { decodeError as decodeChatError, decodeInBandError, errorBody } from "../openai-chat/error.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** A vendor's failure: the error body of the vendor's other protocol, or a response object that failed. */
export function decodeError(status: number, headers: HeaderReader, body: string): VendorError {
  const failed = decodeFailedResponse(parse(body));
  return failed ?? decodeChatError(status, headers, body);
}

/** The error of a response object whose `status` is `failed`; undefined for anything else. */
export function decodeFailedResponse(body: unknown): VendorError | undefined {
  if (!isObject(body) || body.object !== "response") return undefined;
  if (body.status !== "failed" && !isObject(body.error)) return undefined;
  return errorOf(isObject(body.error) ? body.error : {});
}

/** An `error` event: documented flat, recorded nested. */
export function decodeErrorEvent(event: JsonObject): VendorError {
  return errorOf(isObject(event.error) ? event.error : event);
}

function errorOf(error: JsonObject): VendorError {
  const { code, type, message, param } = error;
  const named = { code, ...(type !== "error" && { type }), param };
  const words = typeof message === "string" ? message : "The vendor said the answer failed.";
  const decoded = decodeInBandError({ error: { ...named, message: words } });
  return decoded ?? { kind: "server_error", status: 502, message: words };
}

/** The same as an event of a begun stream: both the documented flat fields and the nested ones clients look for. */
export function encodeStreamError(error: PenstockError, sequence = 0): string {
  const body = errorBody(error);
  const { code, message, param } = body;
  const event = { type: "error", sequence_number: sequence, code, message, param, error: body };
  return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
