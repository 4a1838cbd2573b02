import { CommentWatch } from "./comment-watch.ts";
import type { Answer } from "./send.ts";
import type { Watch } from "./watchdog.ts";

/** How long a stream that said it is finished may stay open, in milliseconds. */
const lingerAfterFinish = 5_000;

/** What a read led to; see `UpstreamBody.take`. */
export interface Pulled {
  readonly done: boolean;
  readonly value?: Uint8Array;
}

/** What this class uses of a reader; the library's own type leaves its chunks open. */
interface ChunkReader {
  read(): Promise<Pulled>;
  cancel(): Promise<void>;
}

const nothing: Promise<Pulled> = Promise.resolve({ done: true });

/** A vendor's body, read chunk by chunk under the silence watch. */
export class UpstreamBody {
  readonly #reader: ChunkReader | undefined;
  readonly #answer: Answer;
  readonly #silence: Watch;
  readonly #idle: number;
  readonly #comments = new CommentWatch();
  #finishing = false;
  #closed = false;

  /** `idle`: milliseconds between two chunks after which the vendor is given up. */
  constructor(answer: Answer, idle: number) {
    this.#answer = answer;
    this.#silence = answer.silence;
    this.#idle = idle;
    this.#reader = answer.response.body?.getReader() as ChunkReader | undefined;
  }

  /**
   * Reads on; what comes is for `take`. Two calls instead of one, since an async function in between costs more than
   * all that is done to a chunk. Rejects as fetch does; see `failureOf`.
   */
  pull(): Promise<Pulled> {
    this.#answer.waits.begin();
    return this.#closed || this.#reader === undefined ? nothing : this.#reader.read();
  }

  /** The chunk that was pulled; undefined after the last. */
  take({ done, value }: Pulled): Uint8Array | undefined {
    this.#answer.waits.end();
    if (done) {
      this.close();
      return undefined;
    }
    // A vendor that only says it is still there has not answered yet.
    const said = value === undefined || this.#comments.says(value);
    if (said && !this.#finishing) this.#silence.reset(this.#idle);
    return value;
  }

  /** The vendor said its last word: heartbeats no longer keep the stream open. */
  finishing(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    if (!this.#closed) this.#silence.reset(Math.min(this.#idle, lingerAfterFinish));
  }

  /** No more is wanted; frees the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#silence.stop();
    this.#answer.abort.release();
  }

  /** Ends a call that is still running. */
  abort(): void {
    this.#answer.abort.client();
    // Reading ends with the abort; a second rejection has nobody to go to.
    this.#reader?.cancel().catch(() => {});
    this.close();
  }
}
