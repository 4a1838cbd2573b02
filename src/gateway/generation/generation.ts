import type { ByteSource, DetachedCall, Outcome } from "../../engine/call.ts";
import type { Running } from "../../engine/execute.ts";
import { ClientGone } from "../../engine/send.ts";
import { ByteLog } from "./byte-log.ts";
import type { Orphan, Orphans } from "./orphans.ts";
import { Seat, type Seats } from "./seat.ts";

/** Bytes the fastest client may be ahead of the slowest where the answer is not kept. */
const longestLead = 1024 * 1024;

const ended: ByteSource = { read: () => Promise.resolve(undefined), cancel() {} };

/** Who keeps an answer, and for how long. */
export interface Keeper {
  /** It holds so many more bytes than before. */
  grew(generation: Generation, bytes: number): void;
  /** It has come to its end and may be replayed. */
  finished(generation: Generation): void;
  /** It failed or was cut: a retry must run anew. */
  failed(generation: Generation): void;
}

export interface GenerationParts {
  readonly requestId: string;
  readonly orphans: Orphans;
  /** Undefined: the answer is not kept for later comers. */
  readonly keeper: Keeper | undefined;
  /** Told of a failure that no client is left to be told. */
  readonly onUnseenFailure: (error: unknown) => void;
}

/**
 * One vendor call that outlives its client. Any number of clients read its answer, each as fast as it can; the vendor is
 * read as fast as the fastest of them, and when none is left, to the end.
 */
export class Generation implements DetachedCall, Orphan, Seats {
  readonly requestId: string;
  readonly #parts: GenerationParts;
  readonly #abort = new AbortController();
  readonly #seats = new Set<Seat>();
  readonly #log = new ByteLog();
  readonly #stream: boolean;
  readonly #outcome: Promise<Outcome>;
  #early: Running["early"];
  #source: ByteSource | undefined;
  #kept: boolean;
  #pumping = false;
  #left = false;
  #over = false;
  #how: "completed" | "failed" | "cancelled" | undefined;
  #cut = false;

  /** `begin` starts the vendor call; what it throws is thrown on. */
  constructor(parts: GenerationParts, begin: (generation: Generation) => Running) {
    this.#parts = parts;
    this.requestId = parts.requestId;
    this.#kept = parts.keeper !== undefined;
    const { stream, outcome, early } = begin(this);
    const begun = outcome.then(
      (value) => this.#begin(value),
      (error: unknown) => this.#fail(error),
    );
    // Its clients may all have left.
    begun.catch(() => {});
    this.#stream = stream;
    this.#outcome = begun;
    this.#early = early;
  }

  /** Aborted when the vendor call is to end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get left(): boolean {
    return this.#left;
  }

  ended(how: "completed" | "failed" | "cancelled"): void {
    this.#how = how;
    if (how !== "completed") this.#parts.keeper?.failed(this);
  }

  /**
   * Another client that waits for the answer; `signal` is aborted when it is gone. Its outcome rejects as that of the
   * generation, or with `ClientGone`.
   */
  join(signal: AbortSignal): Running {
    const seat = new Seat(this);
    this.#seats.add(seat);
    this.#left = false;
    this.#parts.orphans.release(this);
    if (signal.aborted) seat.cancel();
    else signal.addEventListener("abort", seat, { once: true });
    const outcome = new Promise<Outcome>((resolve, reject) => {
      seat.onLeave(() => reject(new ClientGone()));
      this.#outcome.then(({ headers, ...answer }) => {
        // Each client's edge adds headers of its own.
        const own = { ...headers };
        resolve(
          answer.kind === "stream" ? { ...answer, headers: own, source: seat } : { ...answer, headers: own },
        );
      }, reject);
    });
    outcome.catch(() => {});
    return { stream: this.#stream, outcome, early: this.#early };
  }

  async read(seat: Seat): Promise<Uint8Array | undefined> {
    for (;;) {
      if (seat.left) return undefined;
      const bytes = this.#log.read(seat.at);
      if (bytes !== undefined) {
        seat.at += bytes.length;
        if (!this.#kept) this.#forget();
        return bytes;
      }
      if (this.#over) {
        this.#seats.delete(seat);
        return undefined;
      }
      const more = seat.more();
      void this.#pump();
      await more;
    }
  }

  leave(seat: Seat): void {
    this.#seats.delete(seat);
    if (this.#over) return;
    if (!this.#kept) this.#forget();
    if (this.#seats.size > 0) return;
    this.#left = true;
    this.#parts.orphans.adopt(this);
    void this.#pump();
  }

  cut(): void {
    if (this.#over || this.#cut) return;
    this.#cut = true;
    this.#parts.keeper?.failed(this);
    this.#abort.abort();
    this.#source?.cancel();
  }

  /** No later comer is to be served: what all that are here have read may go. */
  letGo(): void {
    this.#kept = false;
    this.#forget();
  }

  #begin(outcome: Outcome): Outcome {
    if (outcome.kind === "body") {
      this.#grew(typeof outcome.body === "string" ? Buffer.byteLength(outcome.body) : outcome.body.length);
      this.#end();
    } else {
      this.#source = outcome.source;
      if (this.#cut) outcome.source.cancel();
      if (this.#seats.size === 0) void this.#pump();
      // Clients read by their seats; what is kept for long must not hold the request.
      return { kind: "stream", headers: outcome.headers, source: ended };
    }
    return outcome;
  }

  #fail(error: unknown): never {
    if (this.#seats.size === 0) this.#parts.onUnseenFailure(error);
    this.#how ??= "failed";
    this.#end();
    throw error;
  }

  /** Reads the vendor for as long as somebody is waiting, or nobody is there any more. */
  async #pump(): Promise<void> {
    const source = this.#source;
    if (source === undefined || this.#pumping) return;
    this.#pumping = true;
    try {
      while (!this.#over && this.#wanted()) {
        const chunk = await source.read();
        if (chunk === undefined) this.#end();
        else if (this.#kept || this.#seats.size > 0) this.#append(chunk);
      }
    } catch (error) {
      // Sources do not reject; one that did must not take the process with it.
      this.#parts.onUnseenFailure(error);
      this.#how = "failed";
      this.#end();
    } finally {
      this.#pumping = false;
    }
  }

  #wanted(): boolean {
    if (this.#seats.size === 0) return true;
    let waiting = false;
    let slowest = this.#log.end;
    for (const seat of this.#seats) {
      waiting ||= seat.waiting;
      slowest = Math.min(slowest, seat.at);
    }
    return waiting && (this.#kept || this.#log.end - slowest <= longestLead);
  }

  #append(chunk: Uint8Array | string): void {
    const before = this.#log.size;
    this.#log.append(chunk);
    this.#grew(this.#log.size - before);
    for (const seat of this.#seats) seat.wake();
  }

  #grew(bytes: number): void {
    if (this.#kept && bytes !== 0) this.#parts.keeper?.grew(this, bytes);
  }

  #forget(): void {
    let slowest = this.#log.end;
    for (const seat of this.#seats) slowest = Math.min(slowest, seat.at);
    this.#log.forget(slowest);
    // A client that waited for a slower one may go on.
    void this.#pump();
  }

  #end(): void {
    this.#over = true;
    this.#source = undefined;
    this.#early = undefined;
    this.#parts.orphans.release(this);
    const before = this.#log.size;
    this.#log.seal();
    this.#grew(this.#log.size - before);
    if (this.#how === "completed" && this.#kept) this.#parts.keeper?.finished(this);
    else this.#parts.keeper?.failed(this);
    for (const seat of this.#seats) seat.wake();
  }
}
