import type { FailureFacts, PenstockError } from "../../errors/penstock-error.ts";
import type { HeaderReader } from "../header-reader.ts";
import { kindOfStatus } from "../neutral/kind-of-status.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import type { EncodedError } from "../protocol.ts";
import { isObject } from "../read-json.ts";
import { retryAfterMs } from "../retry-after.ts";
import { resetAfterMs } from "./rate-limit-reset.ts";

const messageLimit = 1000;

/** Types of the API's errors with the HTTP status each comes with; inside a stream the type is all there is. */
const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

const typeOfStatus = new Map(Object.entries(statusOfType).map(([type, status]) => [status, type]));

const contextExceeded =
  /prompt is too long|input length and .?max_tokens.? exceed|context.{0,20}(length|window|size)|too many (input )?tokens|prompt.{0,10}too long|reduce the length/i;
/** Money, not speed: waiting does not help. */
const quotaExhausted = /enforced_spend_limit_reached|credit balance is too low|insufficient_quota/i;
/** The API begins a validation message with the path of the field. */
const fieldPath = /^([a-z_]+(?:\.[\w-]+)*): /;

/** A vendor's failure from an answer that is not 2xx, whatever body it came with. */
export function decodeError(status: number, headers: HeaderReader, body: string): VendorError {
  const { type, message, facts } = readErrorBody(body);
  const wait = retryAfterMs(headers) ?? (status === 429 ? resetAfterMs(headers) : undefined);
  return {
    ...classify({ status, type, message: message ?? `The vendor answered with status ${status}.` }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(facts !== undefined && { facts }),
  };
}

/** A failure the vendor reports inside a stream or with status 200: the payload of an `error` event. */
export function decodeErrorPayload(payload: unknown): VendorError {
  const { type, message } = readErrorObject(payload);
  const status = (type === undefined ? undefined : statusOfType[type]) ?? 500;
  return classify({ status, type, message: message ?? "The vendor reported an error without saying which." });
}

interface ErrorFacts {
  readonly status: number;
  readonly type: string | undefined;
  readonly message: string;
}

function classify({ status, type, message }: ErrorFacts): VendorError {
  const kind = kindOf({ status, type, message });
  const param = kind === "invalid_request" ? fieldPath.exec(message)?.[1] : undefined;
  return {
    kind,
    status,
    message: message.length > messageLimit ? message.slice(0, messageLimit) : message,
    ...(type !== undefined && { code: type }),
    ...(param !== undefined && { param }),
  };
}

function kindOf({ status, type, message }: ErrorFacts): VendorErrorKind {
  // A proxy may answer with a status of its own; the type, when it is one of the API's, is the better witness.
  const meant = (type === undefined ? undefined : statusOfType[type]) ?? status;
  if (status >= 400 && status < 500 && quotaExhausted.test(message)) return "quota_exhausted";
  // A lock on the vendor's side, which a retry finds gone.
  if (meant === 409) return "server_error";
  const kind = kindOfStatus(meant);
  return kind === "invalid_request" && contextExceeded.test(message) ? "context_exceeded" : kind;
}

interface ErrorWords {
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly facts?: FailureFacts | undefined;
}

/** HTML pages and other texts of machines in between are not the vendor's words: they are left out. */
function readErrorBody(body: string): ErrorWords {
  const text = body.trim();
  if (!text.startsWith("{")) {
    const plain = text !== "" && !text.startsWith("<") && text.length <= 200;
    return { type: undefined, message: plain ? text : undefined };
  }
  try {
    return readErrorObject(JSON.parse(text));
  } catch {
    return { type: undefined, message: undefined };
  }
}

function readErrorObject(payload: unknown): ErrorWords {
  if (!isObject(payload)) return { type: undefined, message: undefined };
  const error = payload.error;
  if (typeof error === "string") return { type: undefined, message: error };
  const fields = isObject(error) ? error : payload;
  const type = isObject(error) ? error.type : undefined;
  const message = fields.message;
  return {
    type: typeof type === "string" ? type : undefined,
    message: typeof message === "string" && message !== "" ? message : undefined,
    facts: readFacts(fields.details),
  };
}

/** The parts of `details` the official client recovers by, e.g. from a thread that is gone. */
function readFacts(details: unknown): FailureFacts | undefined {
  if (!isObject(details) || !isIdentifier(details.error_code)) return undefined;
  const unsupported = Array.isArray(details.unsupported) ? details.unsupported.filter(isIdentifier) : [];
  return { error_code: details.error_code, ...(unsupported.length > 0 && { unsupported }) };
}

function isIdentifier(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z][\w.-]{0,63}$/.test(value);
}

/** The error object a client of this protocol expects for a status. */
export function errorPayload(words: {
  readonly status: number;
  readonly message: string;
  readonly requestId?: string;
  readonly facts?: FailureFacts | undefined;
}): string {
  return JSON.stringify({
    type: "error",
    error: {
      type: errorType(words.status),
      message: words.message,
      ...(words.facts !== undefined && { details: words.facts }),
    },
    ...(words.requestId !== undefined && { request_id: words.requestId }),
  });
}

/** One of our errors as an answer of its own. */
export function encodeError(error: PenstockError, requestId: string): EncodedError {
  return { status: error.status, body: ourPayload(error, requestId) };
}

/** One of our errors as the last event of a stream that has begun. */
export function encodeStreamError(error: PenstockError, requestId: string): string {
  return `event: error\ndata: ${ourPayload(error, requestId)}\n\n`;
}

function ourPayload(error: PenstockError, requestId: string): string {
  const { status, facts } = error;
  return errorPayload({ status, message: `${error.message} ${error.next}`, requestId, facts });
}

/** The API names its types by status and uses `invalid_request_error` for the client errors it has no word for. */
function errorType(status: number): string {
  const type = typeOfStatus.get(status);
  if (type !== undefined) return type;
  return status === 405 || status === 415 || status === 422 ? "invalid_request_error" : "api_error";
}
