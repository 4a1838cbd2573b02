import type { PenstockError } from "../../errors/penstock-error.ts";
import type { FrameName } from "../aws-event-stream/frame-name.ts";
import { writeMessage } from "../aws-event-stream/write-message.ts";
import type { HeaderReader } from "../header-reader.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import type { EncodedError } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { retryAfterMs } from "../retry-after.ts";
import { type ErrorFacts, kindOf, statusOf } from "./error-kind.ts";

const messageLimit = 1000;

/** A vendor's failure from an answer that is not 2xx: its name is in a header, else in the body. */
export function decodeError(status: number, headers: HeaderReader, body: string): VendorError {
  const fields = readBody(body);
  const type = bareName(headers.get("x-amzn-errortype") ?? fields.__type ?? fields.code);
  const message = readMessage(fields) ?? plainText(body) ?? `The vendor answered with status ${status}.`;
  const wait = retryAfterMs(headers);
  return {
    ...toVendorError({ type, status, message, originalStatus: readStatus(fields) }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  };
}

/** A failure inside a stream that has status 200: an exception or error frame. */
export function decodeStreamError({ name }: FrameName, data: string): VendorError {
  const fields = readBody(data);
  const message = readMessage(fields) ?? "The vendor reported an error without saying which.";
  const originalStatus = readStatus(fields);
  const status = statusOf(name);
  return toVendorError({ type: name === "" ? undefined : name, status, message, originalStatus });
}

/** One of our errors as an answer of its own. */
export function encodeError(error: PenstockError, requestId: string): EncodedError {
  const body = { __type: exceptionName(error.status), message: `${error.message} ${error.next}`, requestId };
  return { status: error.status, body: JSON.stringify(body) };
}

/** One of our errors as the last message of a stream that has begun; each character is one byte. */
export function encodeStreamError(error: PenstockError): string {
  const name = exceptionName(error.status);
  const message = `${error.message} ${error.next}`;
  const inStream = { kind: "exception", name: name.charAt(0).toLowerCase() + name.slice(1) } as const;
  return Buffer.from(writeMessage(inStream, JSON.stringify({ message }))).toString("latin1");
}

function toVendorError(facts: ErrorFacts): VendorError {
  const { type, message } = facts;
  const kind = kindOf(facts);
  return {
    kind,
    status: statusToTell(kind, facts),
    message: message.length > messageLimit ? message.slice(0, messageLimit) : message,
    ...(type !== undefined && { code: type }),
  };
}

/** The status that says to a client what the kind does. */
function statusToTell(kind: VendorErrorKind, { status, originalStatus = 424 }: ErrorFacts): number {
  // An account without quota is a bad request at this vendor; the caller's request is fine.
  if (kind === "quota_exhausted" && status === 400) return 429;
  // 424 says only that the failure is the model's own, which clients would take for theirs.
  if (status !== 424) return status;
  return originalStatus !== 424 && originalStatus >= 400 && originalStatus < 600 ? originalStatus : 502;
}

/** `ValidationException:http://…` and `com.amazon.coral#ValidationException` are the same name. */
function bareName(type: unknown): string | undefined {
  if (typeof type !== "string") return undefined;
  const name = type.split(":", 1)[0]?.split("#").at(-1)?.trim();
  return name === "" ? undefined : name;
}

function readBody(body: string): JsonObject {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function readMessage(fields: JsonObject): string | undefined {
  const words = [fields.message, fields.Message, fields.originalMessage];
  return words.find((text): text is string => typeof text === "string" && text !== "");
}

/** Pages of machines in between are not the vendor's words: they are left out. */
function plainText(body: string): string | undefined {
  const text = body.trim();
  return text !== "" && !/^[<{[]/.test(text) && text.length <= 200 ? text : undefined;
}

function readStatus({ originalStatusCode }: JsonObject): number | undefined {
  return typeof originalStatusCode === "number" ? originalStatusCode : undefined;
}

function exceptionName(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return "AccessDeniedException";
    case 404:
      return "ResourceNotFoundException";
    case 408:
    case 504:
      return "ModelTimeoutException";
    case 424:
      return "ModelErrorException";
    case 429:
      return "ThrottlingException";
    case 503:
    case 529:
      return "ServiceUnavailableException";
    default:
      return status >= 400 && status < 500 ? "ValidationException" : "InternalServerException";
  }
}
