import type { PenstockError } from "../../errors/penstock-error.ts";
import type { HeaderReader } from "../header-reader.ts";
import { writeLine } from "../ndjson/write-line.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import { errorKind, statusOf } from "../openai-chat/vendor-error-kind.ts";
import type { EncodedError } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { retryAfterMs } from "../retry-after.ts";

const maxMessage = 1000;

/** A vendor's answer that is not 2xx: `{"error": "…"}`, or a page of a machine in between. */
export function decodeError(status: number, headers: HeaderReader, body: string): VendorError {
  const message = messageOf(parse(body)) ?? plainText(body) ?? `The vendor answered with status ${status}.`;
  const wait = retryAfterMs(headers);
  const kind = kindOf(status, message);
  const mayWait = kind === "rate_limited" || kind === "overloaded" || kind === "server_error";
  return {
    kind,
    status,
    message: message.slice(0, maxMessage),
    ...(mayWait && wait !== undefined && { retryAfterMs: wait }),
  };
}

/** An error line of a stream that began well; undefined when `payload` is none. */
export function decodeInBandError(payload: JsonObject): VendorError | undefined {
  const message = messageOf(payload);
  if (message === undefined) return undefined;
  const kind = kindOf(undefined, message);
  return { kind, status: statusOf(kind), message: message.slice(0, maxMessage) };
}

/** The server says by words alone that it has too much to do. Source: `server/sched.go` of ollama/ollama. */
const busy = /server busy|maximum pending requests/i;

function kindOf(status: number | undefined, message: string): VendorErrorKind {
  return busy.test(message) ? "overloaded" : errorKind(status, { message });
}

function messageOf(body: unknown): string | undefined {
  if (!isObject(body) || body.error === undefined || body.error === null) return undefined;
  const { error } = body;
  const text = isObject(error) ? error.message : error;
  return typeof text === "string" && text !== ""
    ? text
    : "The vendor reported an error without saying which.";
}

function plainText(body: string): string | undefined {
  const text = body.trim();
  return text === "" || /^[<{[]/.test(text) || text.length > 200 ? undefined : text;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** One of our errors as a client of this protocol expects it. */
export function encodeError(error: PenstockError): EncodedError {
  return { status: error.status, body: JSON.stringify(payload(error)) };
}

/** The same as the last line of a stream that has begun. */
export function encodeStreamError(error: PenstockError): string {
  return writeLine(payload(error));
}

function payload({ message, next }: PenstockError): JsonObject {
  return { error: next === "" ? message : `${message} ${next}` };
}
