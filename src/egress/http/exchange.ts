import { PenstockError } from "../../errors/penstock-error.ts";
import type { StopSignal } from "../stop-signal.ts";
import type { AnswerHead } from "./answer-head.ts";
import { decodedBody } from "./decoded-body.ts";
import type { HttpAnswer, HttpHeaders } from "./http-answer.ts";
import { type BodyFlow, IncomingBody } from "./incoming-body.ts";

/** What carries an exchange. */
export interface Carrier extends BodyFlow {
  /** The exchange is over, whatever has been said: hangs up at once. */
  abandon(): void;
}

export interface ExchangeOptions {
  /** What is sent, in order. */
  readonly request: readonly Uint8Array[];
  /** Ends the exchange. */
  readonly signal: StopSignal;
  /** Milliseconds that a new connection for it may take. */
  readonly connectMs: number;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** One request and its answer, on whichever connection carries it. */
export class Exchange {
  /** Empty once the answer has begun: from then on it is not sent again. */
  request: readonly Uint8Array[];
  /** It has been sent a second time. */
  retried = false;
  readonly connectMs: number;
  readonly #signal: StopSignal;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: unknown) => void;
  #carrier: Carrier | undefined;
  #body: IncomingBody | undefined;

  constructor(options: ExchangeOptions) {
    this.request = options.request;
    this.connectMs = options.connectMs;
    this.#signal = options.signal;
    this.#resolve = options.resolve;
    this.#reject = options.reject;
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
    this.request = [];
    this.#resolve(answer);
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
    if (this.#body === undefined) this.#reject(error);
    else this.#body.fail(error);
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
