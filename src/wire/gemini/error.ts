import type { PenstockError } from "../../errors/penstock-error.ts";
import type { HeaderReader } from "../header-reader.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import type { EncodedError } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { retryAfterMs } from "../retry-after.ts";
import { type ErrorFacts, errorKind, retryDelayMs, violatedField } from "./error-kind.ts";

const messageLimit = 1000;

/** A vendor's answer that is not 2xx, with whatever body it had. */
export function decodeError(status: number, headers: HeaderReader, body: string): VendorError {
  return vendorError({ status, ...readBody(body, status) }, headers);
}

/** An error inside an answer that began as a success; undefined when `payload` holds none. */
export function decodeInBandError(payload: JsonObject): VendorError | undefined {
  if (!isObject(payload.error)) return undefined;
  const status = payload.error.code;
  const words = readError(payload.error, "The vendor reported an error without saying which.");
  return vendorError({ status: typeof status === "number" && status >= 400 ? status : 500, ...words });
}

const waits: ReadonlySet<VendorErrorKind> = new Set<VendorErrorKind>([
  "rate_limited",
  "overloaded",
  "server_error",
]);

function vendorError(facts: ErrorFacts, headers: HeaderReader = new Headers()): VendorError {
  const kind = errorKind(facts);
  const wait = waits.has(kind) ? (retryDelayMs(facts.details) ?? retryAfterMs(headers)) : undefined;
  const param = violatedField(facts.details);
  return {
    kind,
    // An unknown key is a bad request at this vendor; the caller's request is fine.
    status: kind === "authentication" && facts.status === 400 ? 401 : facts.status,
    message: facts.message.slice(0, messageLimit),
    ...(facts.code !== undefined && { code: facts.code }),
    ...(param !== undefined && { param }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  };
}

type Words = Omit<ErrorFacts, "status">;

/** Pages and texts of machines in between are not the vendor's words: they are left out. */
function readBody(body: string, status: number): Words {
  const fallback = `The vendor answered with status ${status}.`;
  const parsed = parse(body);
  // A stream that was not asked for as events fails as a list of one.
  const payload = Array.isArray(parsed) ? parsed[0] : parsed;
  if (isObject(payload)) return readError(isObject(payload.error) ? payload.error : payload, fallback);
  const text = body.trim();
  const plain = text !== "" && !text.startsWith("<") && !text.startsWith("{") && text.length <= 200;
  return { code: undefined, message: plain ? text : fallback, details: [] };
}

function readError(error: JsonObject, fallback: string): Words {
  const { status, message, details } = error;
  return {
    code: typeof status === "string" ? status : undefined,
    message: typeof message === "string" && message !== "" ? message : fallback,
    details: Array.isArray(details) ? details.filter(isObject) : [],
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Google's codes by HTTP status. Source: google.rpc.Code. */
const codes: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  402: "RESOURCE_EXHAUSTED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  501: "UNIMPLEMENTED",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

function codeOf(status: number): string {
  if (status === 529) return "UNAVAILABLE";
  return codes[status] ?? (status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT");
}

/** One of our errors as a client of this protocol expects it. */
export function encodeError(error: PenstockError, requestId: string): EncodedError {
  return { status: error.status, body: ourPayload(error, requestId) };
}

/** The same as the last event of a stream that has begun. */
export function encodeStreamError(error: PenstockError, requestId: string): string {
  return `data: ${ourPayload(error, requestId)}\n\n`;
}

function ourPayload(error: PenstockError, requestId: string): string {
  const details: JsonObject[] = [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: error.code.toUpperCase(),
      domain: "penstock",
    },
    { "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId },
  ];
  if (error.param !== undefined) {
    const violation = { field: error.param, description: error.message };
    details.push({ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [violation] });
  }
  if (error.retryAfterMs !== undefined) {
    const retryDelay = `${error.retryAfterMs / 1000}s`;
    details.push({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });
  }
  return errorPayload({ status: error.status, message: `${error.message} ${error.next}`.trim(), details });
}

/** The error object of a status. */
export function errorPayload(words: {
  readonly status: number;
  readonly message: string;
  readonly details?: readonly JsonObject[];
}): string {
  const { status, message, details } = words;
  const error = { code: status, message, status: codeOf(status), ...(details !== undefined && { details }) };
  return JSON.stringify({ error });
}
