import type { PenstockError } from "../../errors/penstock-error.ts";
import type { HeaderReader } from "../header-reader.ts";
import type { VendorError, VendorErrorKind } from "../neutral/vendor-error.ts";
import type { EncodedError } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { retryAfterMs } from "../retry-after.ts";
import { type ErrorWords, errorKind, statusOf } from "./vendor-error-kind.ts";

const maxMessage = 1000;

/** A vendor's answer that is not 2xx, with whatever body it had: JSON of any known shape, HTML, text, nothing. */
export function decodeError(status: number, headers: HeaderReader, body: string): VendorError {
  const words = readWords(parse(body)) ?? { message: textOf(body, status) };
  const kind = errorKind(status, words);
  const wait = waits.has(kind) ? retryAfterMs(headers) : undefined;
  return vendorError({ kind, status, words, wait });
}

/** An error inside an answer that began as a success; undefined when `payload` holds none. */
export function decodeInBandError(payload: JsonObject): VendorError | undefined {
  const isError =
    (payload.error !== undefined && payload.error !== null) || payload.object === "error" || isFault(payload);
  const words = isError ? readWords(payload) : undefined;
  if (words === undefined) return undefined;
  const status = statusIn(payload);
  const kind = errorKind(status, words);
  return vendorError({ kind, status: status ?? statusOf(kind), words, wait: undefined });
}

/** OpenAI's well-known codes, which clients branch on; every other error has our own code. */
const wellKnown: Readonly<Record<string, string>> = {
  key_missing: "invalid_api_key",
  key_invalid: "invalid_api_key",
  upstream_rate_limited: "rate_limit_exceeded",
  rate_limited: "rate_limit_exceeded",
  provider_limited: "rate_limit_exceeded",
  budget_exceeded: "insufficient_quota",
  upstream_quota_exhausted: "insufficient_quota",
  upstream_context_exceeded: "context_length_exceeded",
};

/** One of our errors as an OpenAI client expects it. */
export function encodeError(error: PenstockError): EncodedError {
  return { status: error.status, body: JSON.stringify({ error: errorBody(error) }) };
}

/** The same as the last event of a stream; `status` is added, since HTTP has already said 200. */
export function encodeStreamError(error: PenstockError): string {
  return `data: ${JSON.stringify({ error: { ...errorBody(error), status: error.status } })}\n\n`;
}

/** The `error` object OpenAI clients read. */
export function errorBody(error: PenstockError): JsonObject {
  const code = wellKnown[error.code] ?? error.code;
  const type = code === "insufficient_quota" ? code : typeOf(error.status);
  const message = error.next === "" ? error.message : `${error.message} ${error.next}`;
  return { message, type, param: error.param ?? null, code };
}

/** The `type` OpenAI gives answers of this status. */
export function typeOf(status: number): string {
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

/** Kinds for which a wait is meaningful; a vendor's rate headers come with every other answer, too. */
const waits: ReadonlySet<VendorErrorKind> = new Set<VendorErrorKind>([
  "rate_limited",
  "overloaded",
  "timeout",
  "server_error",
]);

function vendorError(facts: {
  readonly kind: VendorErrorKind;
  readonly status: number;
  readonly words: ErrorWords;
  readonly wait: number | undefined;
}): VendorError {
  const { kind, status, words, wait } = facts;
  const code = words.code ?? words.type;
  return {
    kind,
    status,
    message: words.message.slice(0, maxMessage),
    ...(code === undefined ? {} : { code }),
    ...(words.param === undefined ? {} : { param: words.param }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

/**
 * The words of every error shape seen: `{error:{…}}`, `{error:"…"}`, `{object:"error",…}` (vLLM), `{detail}`
 * (FastAPI, Mistral's inside `message`), `{fault:{faultstring}}` and `{statusCode,message}` (API gateways). Undefined when it is none of them.
 */
function readWords(body: unknown): ErrorWords | undefined {
  if (typeof body === "string") return { message: body };
  if (Array.isArray(body)) return readWords(body[0]);
  if (!isObject(body)) return undefined;
  if (typeof body.error === "string") return words(body, body.error);
  if (isObject(body.error)) return words(body.error, detailOf(body.error));
  if (isObject(body.fault)) return words(body.fault, String(body.fault.faultstring ?? ""));
  if (typeof body.detail === "string") return words(body, body.detail);
  if (Array.isArray(body.detail)) return fastApi(body.detail);
  if (typeof body.message === "string") return words(body, body.message);
  if (isObject(body.message)) return readWords(body.message);
  return undefined;
}

function words(source: JsonObject, message: string): ErrorWords {
  const metadata = isObject(source.metadata) ? source.metadata : {};
  // OpenRouter's `code` is the status again; what happened is in its metadata.
  const code = [metadata.error_type, metadata.reason, source.code, source.error_code].find(isWord);
  return {
    message,
    ...(typeof code === "string" ? { code } : {}),
    ...(isWord(source.type) ? { type: source.type } : {}),
    ...(isWord(source.param) ? { param: source.param } : {}),
  };
}

/** OpenRouter wraps what its upstream said in `metadata.raw`. */
function detailOf(error: JsonObject): string {
  const message = typeof error.message === "string" ? error.message : "";
  const raw = isObject(error.metadata) ? error.metadata.raw : undefined;
  return typeof raw === "string" && raw !== "" ? `${message}: ${raw}` : message;
}

function fastApi(detail: readonly unknown[]): ErrorWords {
  const first = detail[0];
  if (!isObject(first)) return { message: "" };
  const path = Array.isArray(first.loc) ? first.loc.filter((step) => step !== "body").join(".") : "";
  const message = typeof first.msg === "string" ? first.msg : "";
  return { message, ...(path === "" ? {} : { param: path }) };
}

function isFault(payload: JsonObject): boolean {
  return payload.choices === undefined && (payload.detail !== undefined || payload.fault !== undefined);
}

/** A status written as a number or in digits, where vendors put it. */
function statusIn(payload: JsonObject): number | undefined {
  const error = isObject(payload.error) ? payload.error : payload;
  for (const value of [error.code, error.status, error.status_code, payload.status, payload.code]) {
    const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
    if (typeof status === "number" && status >= 400 && status <= 599) return status;
  }
  return undefined;
}

/** A non-empty word that is not just a status in digits. */
function isWord(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !/^\d+$/.test(value);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Plain text is the vendor's words; a page of HTML is a proxy's, of which only the title helps. */
function textOf(body: string, status: number): string {
  const text = body.trim();
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
  if (title !== undefined && title !== "") return title;
  return text === "" || /^\s*[<{[]/.test(text) ? `HTTP ${status}` : text;
}
