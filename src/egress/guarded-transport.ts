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
  const pins = new Map<string, Pin>();
  const pending = new Map<string, Promise<Pin>>();

  return (url, init) => {
    const slash = url.indexOf("/", "https://".length);
    const base = slash === -1 ? url : url.slice(0, slash);
    const path = slash === -1 ? "/" : url.slice(slash);
    const pin = pins.get(base);
    const age = pin === undefined ? Number.POSITIVE_INFINITY : tick() - pin.at;
    if (pin === undefined || age > usableMs) return renew(base).then((fresh) => fresh.call(path, init));
    if (age > freshMs && !pin.renewing) {
      pin.renewing = true;
      renew(base).catch((error: unknown) => {
        // A name that is refused now must not be served from memory; a resolver that is down is asked again.
        if (error instanceof PenstockError) pin.forget();
        else pin.renewing = false;
      });
    }
    return pin.call(path, init);
  };

  /** Many calls that need the same origin ask once. */
  function renew(base: string): Promise<Pin> {
    let asking = pending.get(base);
    if (asking === undefined) {
      asking = ask(base).finally(() => pending.delete(base));
      pending.set(base, asking);
    }
    return asking;
  }

  async function ask(base: string): Promise<Pin> {
    const origin = await pinOrigin(guard, new URL(base), "the endpoint of this provider").catch(unserved);
    if (pins.size >= maxOrigins) pins.clear();
    const pin = new Pin({ guard, origin, at: tick() });
    pins.set(base, pin);
    return pin;
  }
}

/** It is the provider that is set up wrongly, not the request. */
function unserved(error: unknown): never {
  if (!(error instanceof PenstockError)) throw error;
  throw new PenstockError(error.code, { fields: error.fields, status: 424, cause: error });
}
