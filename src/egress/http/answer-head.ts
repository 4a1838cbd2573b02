import { malformedAnswer } from "./malformed-answer.ts";

/** The body ends with its last chunk. */
export const chunked = -1;
/** The body ends when the connection does. */
export const untilClose = -2;

/** Status line and headers of one answer, checked. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Headers;
  /** Bytes of the body, `chunked` or `untilClose`. */
  readonly length: number;
  /** The server means to keep the connection open. */
  readonly keepAlive: boolean;
  /** Milliseconds for which it says it will; undefined: it does not say. */
  readonly keepAliveMs: number | undefined;
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?=[ \r]|$)/;
/** RFC 9110 §5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** A line may end in CRLF only: what ends elsewhere for some readers is two answers for one and one for others. */
const strayControl = /[^\r]\n|\r[^\n]|\0|\r$|^\n/;
const decimal = /^\d{1,15}$/;

/**
 * Reads what stands before the empty line. `text`: Latin-1, without that line.
 *
 * @throws PenstockError `upstream_malformed` for what is not HTTP/1.0 or 1.1, and for lengths that contradict each
 *   other (RFC 9112 §6.3), by which answers are smuggled.
 */
export function readAnswerHead(text: string): AnswerHead {
  const [, minor, code] = statusLine.exec(text) ?? [];
  if (code === undefined || strayControl.test(text)) throw malformedAnswer("its answer is not HTTP/1.1");
  const pairs = readPairs(text);
  const status = Number(code);
  let length: number | undefined;
  let transfer: string | undefined;
  let keepAlive = minor === "1";
  let keepAliveMs: number | undefined;
  for (const [name, value] of pairs) {
    if (name === "content-length") length = sameLength(length, value);
    else if (name === "transfer-encoding") {
      if (transfer !== undefined || value.toLowerCase() !== "chunked" || minor === "0")
        throw malformedAnswer("its answer is encoded in a way that was not asked for");
      transfer = value;
    } else if (name === "connection") keepAlive = keepAlive && !/(^|,)\s*close\s*(,|$)/i.test(value);
    else if (name === "keep-alive") keepAliveMs = secondsOf(value);
  }
  if (transfer !== undefined && length !== undefined)
    throw malformedAnswer("its answer has two lengths that contradict each other");
  const bodiless = status === 204 || status === 304;
  return {
    status,
    headers: new Headers(pairs),
    length: bodiless ? 0 : transfer !== undefined ? chunked : (length ?? untilClose),
    keepAlive,
    keepAliveMs,
  };
}

function readPairs(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  let at = text.indexOf("\r\n");
  while (at !== -1) {
    const next = text.indexOf("\r\n", at + 2);
    const line = next === -1 ? text.slice(at + 2) : text.slice(at + 2, next);
    const colon = line.indexOf(":");
    const name = colon === -1 ? "" : line.slice(0, colon);
    // A line that goes on from the one before (obs-fold) begins with a blank, which is no token either.
    if (!token.test(name)) throw malformedAnswer("a header of its answer is malformed");
    pairs.push([name.toLowerCase(), line.slice(colon + 1).trim()]);
    at = next;
  }
  return pairs;
}

function sameLength(known: number | undefined, value: string): number {
  const length = decimal.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(length) || (known !== undefined && known !== length))
    throw malformedAnswer("its answer has a length that is none");
  return length;
}

function secondsOf(value: string): number | undefined {
  const seconds = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
