import { PenstockError } from "../../errors/penstock-error.ts";

/** What one side may say: `notices` by their bodies, `questions` as functions from what is asked to the answer. */
export interface Contract {
  readonly notices: object;
  readonly questions: object;
}

type AskOf<Q, K extends keyof Q> = Q[K] extends (ask: infer A) => unknown ? A : never;
type AnswerOf<Q, K extends keyof Q> = Q[K] extends (ask: never) => infer A ? Awaited<A> : never;

/** What a side does with what the other one says. */
export interface Handlers<C extends Contract> {
  readonly notices: { readonly [K in keyof C["notices"]]: (body: C["notices"][K]) => void };
  readonly questions: {
    readonly [K in keyof C["questions"]]: (
      ask: AskOf<C["questions"], K>,
    ) => AnswerOf<C["questions"], K> | Promise<AnswerOf<C["questions"], K>>;
  };
}

/** `[0, kind, body]` is a notice, `[n, kind, body]` a question, `[-n, "ok" | "failed", body]` its answer. */
type Item = readonly [id: number, kind: string, body: unknown];

interface Waiting {
  readonly kind: string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: PenstockError) => void;
  readonly giveUpAt: number;
}

/** Milliseconds between two looks for questions that wait for too long: a timer for each would cost each call that is limited. */
const sweepMs = 100;

/**
 * One end of the pipe between a worker and its primary. All that is said in one turn of the event loop travels as one packet, in
 * the order it was said, and leaves before the turn is over: a process that is killed later has said it.
 */
export class Channel<Mine extends Contract, Theirs extends Contract> {
  readonly #send: (packet: readonly Item[]) => void;
  readonly #handlers: Handlers<Theirs>;
  readonly #waiting = new Map<number, Waiting>();
  #packet: Item[] = [];
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #lastId = 0;
  #closed = false;

  constructor(send: (packet: readonly Item[]) => void, handlers: Handlers<Theirs>) {
    this.#send = send;
    this.#handlers = handlers;
  }

  /** Says something that needs no answer. Into a closed channel nothing is said. */
  tell<K extends keyof Mine["notices"] & string>(kind: K, body: Mine["notices"][K]): void {
    this.#push([0, kind, body]);
  }

  /** Rejects with `internal` when there is no answer in `timeoutMs` or a tenth of a second more, or never will be. */
  ask<K extends keyof Mine["questions"] & string>(
    kind: K,
    ask: AskOf<Mine["questions"], K>,
    timeoutMs: number,
  ): Promise<AnswerOf<Mine["questions"], K>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(unanswered(kind, "closed"));
        return;
      }
      const id = ++this.#lastId;
      // The other end is this program too: what it answers has the type it was asked for.
      const done = resolve as (answer: unknown) => void;
      this.#waiting.set(id, { kind, resolve: done, reject, giveUpAt: performance.now() + timeoutMs });
      this.#sweeper ??= setInterval(() => this.#sweep(), sweepMs);
      this.#push([id, kind, ask]);
    });
  }

  /** What came through the pipe; only ever what the other end of a `Channel` sent. */
  receive(packet: unknown): void {
    for (const [id, kind, body] of packet as readonly Item[]) {
      if (id < 0) this.#settle(-id, kind, body);
      else if (id === 0) this.#handlerOf("notices", kind)?.(body);
      else void this.#answer(id, kind, body);
    }
  }

  /** The pipe is gone: who still waits is told. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#packet = [];
    clearInterval(this.#sweeper);
    for (const { kind, reject } of this.#waiting.values()) reject(unanswered(kind, "closed"));
    this.#waiting.clear();
  }

  #sweep(): void {
    const now = performance.now();
    for (const [id, { kind, giveUpAt, reject }] of this.#waiting) {
      if (giveUpAt > now) continue;
      this.#waiting.delete(id);
      reject(unanswered(kind, "late"));
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  async #answer(id: number, kind: string, ask: unknown): Promise<void> {
    try {
      const answer = this.#handlerOf("questions", kind)?.(ask);
      // What is known at once is answered in this very turn.
      this.#push([-id, "ok", answer instanceof Promise ? await answer : answer]);
    } catch (error) {
      this.#push([-id, "failed", error instanceof PenstockError ? error.code : "internal"]);
    }
  }

  #handlerOf(of: "notices" | "questions", kind: string): ((body: unknown) => unknown) | undefined {
    const handlers = this.#handlers[of] as Readonly<Record<string, (body: unknown) => unknown>>;
    return handlers[kind];
  }

  #settle(id: number, kind: string, body: unknown): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    if (kind === "ok") waiting.resolve(body);
    else waiting.reject(unanswered(waiting.kind, String(body)));
  }

  #push(item: Item): void {
    if (this.#closed) return;
    this.#packet.push(item);
    if (this.#packet.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const packet = this.#packet;
    this.#packet = [];
    if (packet.length > 0 && !this.#closed) this.#send(packet);
  }
}

function unanswered(kind: string, why: string): PenstockError {
  return new PenstockError("internal", { cause: `no answer to ${kind}: ${why}` });
}
