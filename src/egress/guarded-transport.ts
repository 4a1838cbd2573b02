import { PenstockError } from "../errors/penstock-error.ts";
import type { CallInit, EgressGuard } from "./egress-guard.ts";
import type { HttpAnswer } from "./http/http-answer.ts";
import { Pin } from "./pin.ts";
import { pinOrigin } from "./pin-origin.ts";

/** Milliseconds for which the addresses of an origin are used without asking again. */
const freshMs = 30_000;
/** Milliseconds after which they are not used at all: until then a call renews them without waiting. */
const usableMs = 300_000;
/** Origins that are remembered; far more than an installation has providers. */
const maxOrigins = 10_000;

/** What vendors are called through. A call to a known origin costs one look-up in a map and asks no resolver. */
export type GuardedTransport = (url: string, init: CallInit) => Promise<HttpAnswer>;

/**
 * Calls of vendors go to addresses that were checked, and keep their connections. `tick`: milliseconds, monotonic.
 * The returned function rejects with `egress_refused` (424) when a provider's endpoint may not be reached.
 */
export function createGuardedTransport(guard: EgressGuard, tick: () => number): GuardedTransport {
  const transport = new Transport(guard, tick);
  return (url, init) => transport.call(url, init);
}

class Transport {
  readonly #guard: EgressGuard;
  readonly #tick: () => number;
  readonly #pins = new Map<string, Pin>();
  readonly #pending = new Map<string, Promise<Pin>>();

  constructor(guard: EgressGuard, tick: () => number) {
    this.#guard = guard;
    this.#tick = tick;
  }

  /** What is rare has methods of its own: a closure in this one would cost every call. */
  call(url: string, init: CallInit): Promise<HttpAnswer> {
    const slash = url.indexOf("/", "https://".length);
    const base = slash === -1 ? url : url.slice(0, slash);
    const path = slash === -1 ? "/" : url.slice(slash);
    const pin = this.#pins.get(base);
    const age = pin === undefined ? Number.POSITIVE_INFINITY : this.#tick() - pin.at;
    if (pin === undefined || age > usableMs) return this.#callRenewed({ base, path, init });
    if (age > freshMs && !pin.renewing) this.#renewBeside(pin, base);
    return pin.call(path, init);
  }

  async #callRenewed(call: { base: string; path: string; init: CallInit }): Promise<HttpAnswer> {
    const pin = await this.#renew(call.base);
    return pin.call(call.path, call.init);
  }

  #renewBeside(pin: Pin, base: string): void {
    pin.renewing = true;
    this.#renew(base).catch((error: unknown) => {
      // A name that is refused now must not be served from memory; a resolver that is down is asked again.
      if (error instanceof PenstockError) pin.forget();
      else pin.renewing = false;
    });
  }

  /** Many calls that need the same origin ask once. */
  #renew(base: string): Promise<Pin> {
    let asking = this.#pending.get(base);
    if (asking === undefined) {
      asking = this.#ask(base).finally(() => this.#pending.delete(base));
      this.#pending.set(base, asking);
    }
    return asking;
  }

  async #ask(base: string): Promise<Pin> {
    const guard = this.#guard;
    const origin = await pinOrigin(guard, new URL(base), "the endpoint of this provider").catch(unserved);
    if (this.#pins.size >= maxOrigins) this.#pins.clear();
    const pin = new Pin({ guard, origin, at: this.#tick() });
    this.#pins.set(base, pin);
    return pin;
  }
}

/** It is the provider that is set up wrongly, not the request. */
function unserved(error: unknown): never {
  if (!(error instanceof PenstockError)) throw error;
  throw new PenstockError(error.code, { fields: error.fields, status: 424, cause: error });
}
