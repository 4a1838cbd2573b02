import type { Operation } from "../drivers/driver.ts";
import type { Protocol } from "../wire/protocol.ts";
import type { KeyPlane } from "./plane.ts";
import type { WaitClock } from "./wait-clock.ts";

/** One request of a client, as the HTTP edge hands it over. */
export interface Call {
  /** `req_…` */
  readonly requestId: string;
  /** Milliseconds since the epoch, when the request arrived. */
  readonly startedAt: number;
  /** Milliseconds of the monotonic clock, at the same moment. */
  readonly startedTick: number;
  /** Runs while the client or the vendor is waited for; edge and engine share it. */
  readonly waits: WaitClock;
  readonly key: KeyPlane;
  /** The protocol the client speaks. */
  readonly surface: Protocol;
  readonly operation: Operation;
  /** Decompressed; the engine may overwrite it. */
  readonly body: Uint8Array;
  /** Restricts the call to one provider. */
  readonly provider: string | undefined;
  /** The model, where the path names it. */
  readonly pathModel: string | undefined;
  /** Whether a stream is wanted, where the path says so. */
  readonly pathStream: boolean | undefined;
  /** The caller refuses lossy translation. */
  readonly strict: boolean;
  /** The client's headers; only those a driver names are passed on. */
  readonly headers: Headers;
  /** Aborted when the call is to end: its client is gone, or it outlived its client for too long. */
  readonly signal: AbortSignal;
  /** Set: the call outlives its client. */
  readonly detached?: DetachedCall | undefined;
}

/** What the books need to know of a call that outlives its client, and what they tell it. */
export interface DetachedCall {
  /** Nobody waits for the answer now. */
  readonly left: boolean;
  /** The books were closed: how the call itself went, whoever was there to see it. */
  ended(how: "completed" | "failed" | "cancelled"): void;
}

/** What the HTTP edge answers with. Failures before the first byte are thrown as `PenstockError`. */
export type Outcome = BodyOutcome | StreamOutcome;

export interface BodyOutcome {
  readonly kind: "body";
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | string;
}

export interface StreamOutcome {
  readonly kind: "stream";
  readonly headers: Record<string, string>;
  readonly source: ByteSource;
}

/**
 * Bytes of a stream, pulled by the edge as fast as the client takes them. Never rejects: once a stream has begun, a
 * failure is written into it in the client's protocol.
 */
export interface ByteSource {
  /** The next bytes, which may be none yet; undefined after the last. */
  read(): Promise<Uint8Array | string | undefined>;
  /** The client is gone: aborts the vendor call and closes the books. Safe to call at any time. */
  cancel(): void;
}
