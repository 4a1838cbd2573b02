import type { Play } from "../raw-vendor.ts";
import {
  cutAfterContent,
  cutBeforeContent,
  endedBeforeContent,
  endedEarly,
  failingAfterContent,
  failingBeforeContent,
  garbled,
  garbledBody,
  hangUp,
  nothing,
  page,
  refusing,
  silentAfterContent,
  silentBeforeContent,
} from "./vendor-plays.ts";
import type { WireName } from "./wire-answers.ts";

/** A failure as the client is told of it. */
export interface Failure {
  readonly status: number;
  readonly code: string;
}

/** A fault of a vendor, and what comes of it. */
export interface Fault {
  readonly title: string;
  readonly play: Play;
  /** `isRelayed`: the vendor's bytes are forwarded as they are. */
  stream(wire: WireName, isRelayed: boolean): Failure;
  whole(): Failure;
  /** The client of a stream has got text before. */
  readonly afterContent?: true;
  /** The client of a stream gets signs of life before. */
  readonly isSilent?: true;
  readonly retryAfter?: string;
}

const always = (status: number, code: string) => ({
  stream: () => ({ status, code }),
  whole: () => ({ status, code }),
});
const unreachable = { status: 502, code: "upstream_unreachable" };
/** OpenAI's and Anthropic's failures inside streams have no status; Google's has. */
const overloaded = (wire: WireName) => ({
  ...{ status: wire === "gemini" ? 503 : 529, code: "upstream_overloaded" },
});

/** Faults before any content: a client sees nothing of them where another vendor can answer. */
export const earlyFaults: readonly Fault[] = [
  {
    ...{ title: "429 with retry-after", play: refusing(429, { "retry-after": "7" }), retryAfter: "7" },
    ...always(429, "upstream_rate_limited"),
  },
  { title: "500", play: refusing(500), ...always(500, "upstream_error") },
  { title: "a page with 200", play: page, ...always(502, "upstream_malformed") },
  { title: "a cut before the answer", play: hangUp, ...always(502, "upstream_unreachable") },
  { title: "a cut before content", play: cutBeforeContent, ...always(502, "upstream_unreachable") },
  { title: "silence", play: nothing, isSilent: true, ...always(504, "upstream_timeout") },
  {
    ...{ title: "silence before content", play: silentBeforeContent, isSilent: true },
    ...always(504, "upstream_timeout"),
  },
  {
    ...{ title: "an error event before content", play: failingBeforeContent },
    ...{ stream: overloaded, whole: () => unreachable },
  },
];

/** Answers that end in order before they say anything. */
export const endedFaults: readonly Fault[] = [
  {
    ...{ title: "an answer that ends before content", play: endedBeforeContent },
    stream: () => ({ status: 502, code: "upstream_truncated" }),
    whole: () => ({ status: 502, code: "upstream_malformed" }),
  },
  { title: "a body of broken JSON", play: garbledBody, ...always(502, "upstream_malformed") },
];

/** Faults after content, in streams; in the middle of the body of whole answers. */
export const lateFaults: readonly Fault[] = [
  {
    ...{ title: "a cut after content", play: cutAfterContent, afterContent: true },
    ...always(502, "upstream_unreachable"),
  },
  {
    ...{ title: "silence after content", play: silentAfterContent, afterContent: true, isSilent: true },
    ...always(504, "upstream_timeout"),
  },
  {
    ...{ title: "an error event after content", play: failingAfterContent, afterContent: true },
    ...{ stream: overloaded, whole: () => unreachable },
  },
  {
    ...{ title: "an answer that ends in its middle", play: endedEarly, afterContent: true },
    stream: () => ({ status: 502, code: "upstream_truncated" }),
    whole: () => ({ status: 502, code: "upstream_malformed" }),
  },
  {
    ...{ title: "garbage after content", play: garbled, afterContent: true },
    // Bytes of the client's own protocol are not read word by word; that the end is missing is seen.
    stream: (_, isRelayed) => ({
      ...{ status: 502, code: isRelayed ? "upstream_truncated" : "upstream_malformed" },
    }),
    whole: () => unreachable,
  },
];
