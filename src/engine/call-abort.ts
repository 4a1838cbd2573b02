import { PenstockError } from "../errors/penstock-error.ts";

/** Who is told that a call is to end. An object costs less than a closure a call. */
export type StopListener = (() => void) | { handleEvent(): void };

/** What of an `AbortSignal` a transport needs; any `AbortSignal` will do. */
export interface StopSignal {
  readonly aborted: boolean;
  /** Why, once it is. */
  readonly reason: unknown;
  addEventListener(type: "abort", listener: StopListener): void;
  removeEventListener(type: "abort", listener: StopListener): void;
}

/** One way to end a vendor call, whoever wants it. */
export interface Abort {
  /** Why the call was ended; undefined while it runs. */
  readonly ended: PenstockError | "client" | undefined;
  client(): void;
  /** Forgets the client; to be called when the answer is complete. */
  release(): void;
}

/**
 * Ends one vendor call when the client leaves or time is up, whichever comes first. It is the transport's signal itself: an
 * `AbortController` and its signal, made for each attempt, would be two native objects and half a microsecond.
 */
export class CallAbort implements Abort, StopSignal {
  readonly #client: AbortSignal;
  readonly #provider: string;
  #listeners: StopListener[] = [];
  ended: PenstockError | "client" | undefined;

  /** `provider`: the name of the one that is called, to say whose time was up. */
  constructor(client: AbortSignal, provider: string) {
    this.#client = client;
    this.#provider = provider;
    if (client.aborted) this.client();
    else client.addEventListener("abort", this);
  }

  get aborted(): boolean {
    return this.ended !== undefined;
  }

  get reason(): unknown {
    return this.ended === "client" ? new DOMException("the client left", "AbortError") : this.ended;
  }

  addEventListener(_type: "abort", listener: StopListener): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: StopListener): void {
    const at = this.#listeners.indexOf(listener);
    if (at !== -1) this.#listeners.splice(at, 1);
  }

  client(): void {
    this.end("client");
  }

  end(why: PenstockError | "client"): void {
    if (this.ended !== undefined) return;
    this.ended = why;
    // Whoever listens leaves as it is told.
    const told = this.#listeners;
    this.#listeners = [];
    for (const listener of told) {
      if (typeof listener === "function") listener();
      else listener.handleEvent();
    }
  }

  /** Called by the watchdog. */
  expire(allowedMs: number): void {
    const fields = { provider: this.#provider, seconds: allowedMs / 1000 };
    this.end(new PenstockError("upstream_timeout", { fields }));
  }

  release(): void {
    this.#client.removeEventListener("abort", this);
  }

  /** Called by the client's signal. */
  handleEvent(): void {
    this.client();
  }
}
