import { PenstockError } from "../../errors/penstock-error.ts";
import type { StopSignal } from "../stop-signal.ts";
import type { AnswerHead } from "./answer-head.ts";
import { decodedBody } from "./decoded-body.ts";
import type { HttpAnswer, HttpHeaders } from "./http-answer.ts";
import { type BodyFlow, IncomingBody } from "./incoming-body.ts";
import { RequestBytes } from "./request-bytes.ts";
import type { HttpRequest } from "./request-head.ts";

/** What carries an exchange. */
export interface Carrier extends BodyFlow {
  /** The exchange is over, whatever has been said: hangs up at once. */
  abandon(): void;
}

/** A request and what is to be known of it while it is carried. */
export interface ExchangeOptions extends HttpRequest {
  /** Ends the exchange. */
  readonly signal: StopSignal;
  /** Milliseconds that a new connection for it may take; 10 s by default. */
  readonly connectMs?: number | undefined;
  /** Told that there is no answer, unless it was the signal that ended the exchange. An object costs less than a promise to catch. */
  readonly observer?: { failed(): void } | undefined;
}

/** Milliseconds; a vendor that is there takes a connection in far less. */
const defaultConnectMs = 10_000;

/** One request and its answer, on whichever connection carries it. */
export class Exchange {
  /** Undefined once the answer has begun: from then on it is not sent again. */
  request: RequestBytes | undefined;
  /** It has been sent a second time. */
  retried = false;
  /** Settled with the head of the answer. */
  readonly answer: Promise<HttpAnswer>;
  readonly connectMs: number;
  readonly #signal: StopSignal;
  readonly #observer: ExchangeOptions["observer"];
  #resolve: ((answer: HttpAnswer) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #carrier: Carrier | undefined;
  #body: IncomingBody | undefined;

  /** @throws PenstockError `provider_misconfigured` for a header that HTTP has no way to send. */
  constructor(options: ExchangeOptions) {
    this.request = new RequestBytes(options);
    this.connectMs = options.connectMs ?? defaultConnectMs;
    this.#signal = options.signal;
    this.#observer = options.observer;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.signal.addEventListener("abort", this);
  }

  carriedBy(carrier: Carrier): void {
    this.#carrier = carrier;
  }

  /** The head of the answer is there. */
  begin(head: AnswerHead): void {
    const carrier = this.#carrier;
    if (carrier === undefined) return;
    const body = new IncomingBody(carrier);
    const encoding = head.headers.get("content-encoding");
    const encoded = encoding !== null && encoding !== "" && encoding !== "identity" && head.length !== 0;
    const answer = new Answer(head, encoded ? decodedBody(body, encoding) : body);
    this.#body = body;
    this.request = undefined;
    this.#resolve?.(answer);
  }

  piece(bytes: Uint8Array): void {
    this.#body?.push(bytes);
  }

  /** The answer is whole. */
  end(): void {
    this.#signal.removeEventListener("abort", this);
    this.#body?.end();
  }

  fail(error: unknown): void {
    this.#signal.removeEventListener("abort", this);
    if (this.#body !== undefined) {
      this.#body.fail(error);
      return;
    }
    if (!this.#signal.aborted) this.#observer?.failed();
    this.#reject?.(error);
  }

  /** The connection is gone; `cause`: what the runtime said of it. */
  lost(cause: unknown): void {
    this.fail(new PenstockError("upstream_unreachable", { cause }));
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.fail(this.#signal.reason);
    this.#carrier?.abandon();
  }
}

/** Whatever body an answer has, plain or decoded. */
type AnyBody = NonNullable<HttpAnswer["body"]> & { bytes(): Promise<Uint8Array> };

class Answer implements HttpAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: AnyBody;

  constructor({ status, headers }: AnswerHead, body: AnyBody) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  bytes(): Promise<Uint8Array> {
    return this.body.bytes();
  }
}
