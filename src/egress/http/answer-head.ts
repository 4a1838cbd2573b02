import { AnswerHeaders } from "./answer-headers.ts";
import { malformedAnswer } from "./malformed-answer.ts";

/** The body ends with its last chunk. */
export const chunked = -1;
/** The body ends when the connection does. */
export const untilClose = -2;

/** Status line and headers of one answer, checked. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Bytes of the body, `chunked` or `untilClose`. */
  readonly length: number;
  /** The server means to keep the connection open. */
  readonly keepAlive: boolean;
  /** Milliseconds for which it says it will; undefined: it does not say. */
  readonly keepAliveMs: number | undefined;
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?=[ \r]|$)/;
const decimal = /^\d{1,15}$/;
const closes = /(^|,)\s*close\s*(,|$)/i;

/**
 * Reads what stands before the empty line. `text`: Latin-1, without that line.
 *
 * @throws PenstockError `upstream_malformed` for what is not HTTP/1.0 or 1.1, and for lengths that contradict each
 *   other (RFC 9112 §6.3), by which answers are smuggled.
 */
export function readAnswerHead(text: string): AnswerHead {
  const [, minor, code] = statusLine.exec(text) ?? [];
  if (code === undefined) throw malformedAnswer("its answer is not HTTP/1.1");
  const headers = new AnswerHeaders(text);
  const status = Number(code);
  const length = bodyLength(headers, minor === "0");
  const keepAlive = headers.get("keep-alive");
  return {
    status,
    headers,
    length: status === 204 || status === 304 ? 0 : length,
    keepAlive: minor === "1" && !closes.test(headers.get("connection") ?? ""),
    keepAliveMs: keepAlive === null ? undefined : secondsOf(keepAlive),
  };
}

function bodyLength(headers: AnswerHeaders, isOld: boolean): number {
  const [length, ...others] = headers.all("content-length");
  const transfer = headers.get("transfer-encoding");
  if (length !== undefined && (!decimal.test(length) || others.some((other) => other !== length)))
    throw malformedAnswer("its answer has a length that is none");
  if (transfer === null) return length === undefined ? untilClose : Number(length);
  if (length !== undefined) throw malformedAnswer("its answer has two lengths that contradict each other");
  if (transfer.toLowerCase() !== "chunked" || isOld)
    throw malformedAnswer("its answer is encoded in a way that was not asked for");
  return chunked;
}

function secondsOf(value: string): number | undefined {
  const seconds = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
