import { isAscii } from "node:buffer";
import { costOf } from "../../plane/cost-of.ts";
import type { PriceTier } from "../../plane/snapshot.ts";
import { noUsage } from "../../wire/neutral/usage.ts";
import type { AdmissionRequest } from "../admission.ts";
import { estimateTokens } from "../estimate-tokens.ts";
import { askedOutput } from "./asked-output.ts";
import { mediaBytes } from "./media-bytes.ts";

/** What a call may use, worked out before it is made. */
export interface Estimate {
  /** Input and an answer of usual length, unless the request says how long it may be. */
  readonly tokens: number;
  /** USD that it can cost at most; undefined: the model has no price. */
  readonly costUsd: number | undefined;
}

/** Tokens of an answer whose length neither request nor model limits. */
const defaultOutput = 4_096;
/** A picture of common size is between 300 and 1,600 tokens at every vendor. */
const tokensAPiece = 1_600;
const bytesAMediaToken = 1_000;
/** A character of Chinese or Japanese is three bytes and at most one and a half tokens at the vendors' usual tokenizers. */
const bytesATokenOutsideAscii = 2;
/** Pages weigh from 10 to 100 KB and count 1,500 to 3,000 tokens. */
const bytesAPdfToken = 16;

/** Reads of the body only what can be found without parsing it. */
export function estimateCall({ call, routed, target }: AdmissionRequest): Estimate {
  const { body, operation } = call;
  const input = inputTokens(body);
  if (operation !== "generate")
    return { tokens: input, costUsd: dearest(target.model.prices, { body, input, output: 0 }) };
  const { traits, contextTokens = Number.POSITIVE_INFINITY } = target.model;
  const { most = Number.POSITIVE_INFINITY, answers } = askedOutput(body, routed.scan);
  const cap = Math.min(most, traits.maxOutputTokens ?? Number.POSITIVE_INFINITY, contextTokens);
  const output = (Number.isFinite(cap) ? cap : defaultOutput) * answers;
  // A rate is over in a minute and corrected then: an answer of unsaid length need not be held at its longest.
  const usual = Number.isFinite(most) ? output : Math.min(output, defaultOutput * answers);
  return { tokens: input + usual, costUsd: dearest(target.model.prices, { body, input, output }) };
}

function inputTokens(body: Uint8Array): number {
  const { pdf, other, pieces } = mediaBytes(body);
  const outsideAscii = bytesOutsideAscii(body);
  const text =
    estimateTokens(Math.max(0, body.length - pdf - other - outsideAscii)) +
    Math.ceil(outsideAscii / bytesATokenOutsideAscii);
  if (pieces === 0) return text;
  return text + Math.ceil(pdf / bytesAPdfToken) + Math.ceil(other / bytesAMediaToken) + pieces * tokensAPiece;
}

/** Bytes of a body that are looked at; of a longer one they stand for the others between them. */
const mostLookedAt = 4_096;

/** Scripts of several bytes a character have more tokens a byte than English. */
function bytesOutsideAscii(body: Uint8Array): number {
  // Most short bodies have none, and that is seen at once.
  if (body.length <= mostLookedAt && isAscii(body)) return 0;
  // An odd step falls on each byte of a character in turn.
  const step = Math.ceil(body.length / mostLookedAt) | 1;
  let count = 0;
  for (let at = 0; at < body.length; at += step) if ((body[at] ?? 0) > 0x7f) count++;
  return Math.min(body.length, count * step);
}

const cacheMark = Buffer.from("cache_control");
const audioMark = Buffer.from('"audio"');

/** No discount is assumed, and each surcharge that the request can bring about is. */
function dearest(
  prices: readonly PriceTier[],
  { body, input, output }: { readonly body: Uint8Array; readonly input: number; readonly output: number },
): number | undefined {
  const tokens = { ...noUsage, input, output };
  let most = costOf(tokens, prices);
  if (most === undefined) return undefined;
  // A body is searched only for what has a price of its own.
  if (prices.some(hasCachePrice) && has(body, cacheMark)) {
    const written5m = costOf({ ...tokens, input: 0, cacheWrite5m: input }, prices) ?? 0;
    const written1h = costOf({ ...tokens, input: 0, cacheWrite1h: input }, prices) ?? 0;
    most = Math.max(most, written5m, written1h);
  }
  if (prices.some(hasAudioPrice) && has(body, audioMark))
    most = Math.max(most, costOf({ ...tokens, audioInput: input, audioOutput: output }, prices) ?? 0);
  return most;
}

function hasCachePrice({ cacheWrite5m, cacheWrite1h }: PriceTier): boolean {
  return cacheWrite5m !== undefined || cacheWrite1h !== undefined;
}

function hasAudioPrice({ inputAudio, outputAudio }: PriceTier): boolean {
  return inputAudio !== undefined || outputAudio !== undefined;
}

/** Without making a `Buffer` of what may not be one. */
function has(body: Uint8Array, mark: Uint8Array): boolean {
  return Buffer.prototype.includes.call(body, mark);
}
