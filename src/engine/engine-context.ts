import type { ContentSink } from "../plane/content-record.ts";
import type { UsageSink } from "../plane/usage-record.ts";
import type { ProtocolId } from "../wire/neutral/protocol-id.ts";
import type { Protocol } from "../wire/protocol.ts";
import type { Admission } from "./admission.ts";
import type { StateOrigins } from "./affinity/state-origins.ts";
import type { AttemptRules } from "./attempt/attempt-rules.ts";
import type { StopSignal } from "./call-abort.ts";
import type { KeptAnswers } from "./kept-answers/kept-answers.ts";
import type { TargetStates } from "./targets/target-states.ts";
import type { TurnStore } from "./turn-store.ts";
import type { UpstreamAnswer } from "./upstream-answer.ts";
import type { Watchdog } from "./watchdog.ts";

/** How vendors are reached; enforces the egress policy. */
export type Transport = (url: string, init: TransportInit) => Promise<UpstreamAnswer>;

export interface TransportInit {
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array | string;
  readonly signal: StopSignal;
  readonly redirect: "manual";
  /** Milliseconds that a new connection may take; undefined: the transport's own. */
  readonly connectMs?: number | undefined;
}

/**
 * Fetches what a URL of a request leads to, within the egress policy. `take` is told of every piece, `admit` of every
 * host; both end the fetch by throwing. Rejects with `PenstockError` (`egress_refused`, `media_unavailable`).
 */
export type FetchMedia = (
  url: string,
  options: {
    readonly signal: AbortSignal;
    readonly take: (bytes: number) => void;
    readonly admit: (host: string) => void;
  },
) => Promise<{ readonly bytes: Uint8Array; readonly mediaType: string | undefined }>;

/** Milliseconds. */
export interface Timeouts {
  /** From the call to the vendor's response headers and first byte. */
  readonly firstByte: number;
  /** Between two chunks of a stream. */
  readonly idle: number;
}

/** Everything the engine takes from outside. */
export interface EngineContext {
  readonly transport: Transport;
  readonly fetchMedia: FetchMedia;
  readonly protocols: ReadonlyMap<ProtocolId, Protocol>;
  readonly usage: UsageSink;
  /** Absent: no content is kept. */
  readonly contents?: ContentSink;
  readonly watchdog: Watchdog;
  readonly turns: TurnStore;
  readonly timeouts: Timeouts;
  readonly attempts: AttemptRules;
  /** How every target does. */
  readonly targets: TargetStates;
  /** Whose the state is that clients carry back. */
  readonly origins: StateOrigins;
  /** Which vendors keep which answers. */
  readonly keptAnswers: KeptAnswers;
  /** Absent: nothing limits calls. */
  readonly admission?: Admission | undefined;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Milliseconds of a monotonic clock. */
  readonly tick: () => number;
}
