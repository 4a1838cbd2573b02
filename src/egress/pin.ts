import type { CallInit, CallVendor, EgressGuard } from "./egress-guard.ts";
import type { HttpAnswer } from "./http/http-answer.ts";
import type { HttpCall } from "./http/http-client.ts";
import { LimitedAnswer } from "./limited-answer.ts";
import { connectPinned, firstThatConnects, type PinnedOrigin } from "./pin-origin.ts";
import { type StopSignal, toAbortSignal } from "./stop-signal.ts";

export interface PinOptions {
  readonly guard: EgressGuard;
  readonly origin: PinnedOrigin;
  /** When its addresses were checked, in milliseconds of a monotonic clock. */
  readonly at: number;
}

/** An origin as models are called at it, until its name is to be resolved again. */
export class Pin {
  renewing = false;
  readonly #guard: EgressGuard;
  readonly #origin: PinnedOrigin;
  #at: number;

  constructor({ guard, origin, at }: PinOptions) {
    this.#guard = guard;
    this.#origin = origin;
    this.#at = at;
  }

  /** When its addresses were checked; longer ago than anything when they are no longer to be used. */
  get at(): number {
    return this.#at;
  }

  /** Its addresses are not to be used again. */
  forget(): void {
    this.#at = Number.NEGATIVE_INFINITY;
  }

  /** There was no answer, and not since the caller had enough. The vendor may have moved: the next call asks for its address. */
  failed(): void {
    this.forget();
  }

  /** Calls the first address that takes the connection; `path` begins with a slash. Rejects as `HttpClient.call` or `fetch`. */
  call(path: string, init: CallInit): Promise<HttpAnswer> {
    const { call } = this.#guard;
    const { targets, host, tls } = this.#origin;
    const [target] = targets;
    if (call === undefined || target === undefined) return this.#fetch(path, init);
    const { method, headers, body, signal, connectMs } = init;
    const serverName = tls?.serverName;
    const pinned: HttpCall = {
      target,
      serverName,
      path,
      host,
      method,
      headers,
      body,
      signal,
      connectMs,
      observer: this,
    };
    return targets.length === 1 ? call(pinned) : this.#callInTurn(call, pinned);
  }

  #callInTurn(call: CallVendor, pinned: HttpCall): Promise<HttpAnswer> {
    const { targets } = this.#origin;
    const { signal } = pinned;
    const attempt = (target: string) => call({ ...pinned, target, observer: undefined });
    return this.#observed(firstThatConnects({ targets, signal, attempt }), signal);
  }

  #fetch(path: string, init: CallInit): Promise<HttpAnswer> {
    const pinned = { ...init, signal: toAbortSignal(init.signal) };
    const answer = connectPinned(this.#guard, { origin: this.#origin, path, init: pinned });
    return this.#observed(
      answer.then((whole) => new LimitedAnswer(whole)),
      init.signal,
    );
  }

  #observed(answer: Promise<HttpAnswer>, signal: StopSignal): Promise<HttpAnswer> {
    answer.catch(() => {
      if (!signal.aborted) this.failed();
    });
    return answer;
  }
}
