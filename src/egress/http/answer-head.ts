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

const statusLine = /^HTTP\/1\.[01] [1-9]\d\d(?=[ \r]|$)/;
const digit0 = 0x30;
const decimal = /^\d{1,15}$/;
const closes = /(^|,)\s*close\s*(,|$)/i;

/**
 * Reads what stands before the empty line. `text`: Latin-1, without that line.
 *
 * @throws PenstockError `upstream_malformed` for what is not HTTP/1.0 or 1.1, and for lengths that contradict each
 *   other (RFC 9112 §6.3), by which answers are smuggled.
 */
export function readAnswerHead(text: string): AnswerHead {
  if (!statusLine.test(text)) throw malformedAnswer("its answer is not HTTP/1.1");
  const isOld = text.charCodeAt("HTTP/1.".length) === digit0;
  const status = Number(text.slice("HTTP/1.x ".length, "HTTP/1.x 200".length));
  const headers = new AnswerHeaders(text);
  const length = bodyLength(headers, isOld);
  const keepAlive = headers.get("keep-alive");
  return {
    status,
    headers,
    length: status === 204 || status === 304 ? 0 : length,
    keepAlive: !isOld && !closes.test(headers.get("connection") ?? ""),
    keepAliveMs: keepAlive === null ? undefined : secondsOf(keepAlive),
  };
}

function bodyLength(headers: AnswerHeaders, isOld: boolean): number {
  const length = headers.single("content-length");
  const transfer = headers.get("transfer-encoding");
  if (length === undefined || (length !== null && !decimal.test(length)))
    throw malformedAnswer("its answer has a length that is none");
  if (transfer === null) return length === null ? untilClose : Number(length);
  if (length !== null) throw malformedAnswer("its answer has two lengths that contradict each other");
  if (transfer.toLowerCase() !== "chunked" || isOld)
    throw malformedAnswer("its answer is encoded in a way that was not asked for");
  return chunked;
}

function secondsOf(value: string): number | undefined {
  const seconds = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
