import { RedisClient } from "bun";
import { Circuit, type Pauses } from "./circuit.ts";
import { type Deadline, DeadlineQueue } from "./deadline-queue.ts";
import type { Script } from "./scripts.ts";

/** `value` is what the script returned; no answer: it came too late, was an error, or nobody was asked. */
export type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

export interface RedisLinkOptions {
  /** `redis://` or `rediss://`, with user, password and database. */
  readonly url: string;
  /** Milliseconds that a command may take. */
  readonly timeoutMs: number;
  readonly pauses?: Pauses;
  readonly tls?: Bun.TLSOptions | undefined;
  /** Called when Redis answers again, before anybody else asks it; false: it does not after all. */
  readonly onBack: () => Promise<boolean>;
  /** `why` is a word of ours or the first of Redis's error, never its text. */
  readonly onGone: (why: string) => void;
}

const noReply: Reply = { ok: false };
const defaultPauses: Pauses = { firstMs: 1_000, longestMs: 30_000 };
const connectMs = 2_000;

/**
 * The connection to Redis. A command takes no longer than its timeout; after three that fail in a row nobody waits at all
 * until a look in the background, first after a second, finds Redis answering again.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #circuit: Circuit;
  readonly #deadlines: DeadlineQueue;
  #client: RedisClient | undefined;
  #nextLook: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  #timeouts = 0;
  #errors = 0;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#circuit = new Circuit(options.pauses ?? defaultPauses);
    this.#deadlines = new DeadlineQueue(options.timeoutMs);
  }

  /** Whether asking is worth while. */
  get up(): boolean {
    return this.#circuit.closed;
  }

  /** Commands that came too late, and that failed. */
  get failures(): { readonly timeouts: number; readonly errors: number } {
    return { timeouts: this.#timeouts, errors: this.#errors };
  }

  /** Resolves after the first look, whatever it finds. */
  start(): Promise<void> {
    return this.#look();
  }

  close(): void {
    this.#ended = true;
    clearTimeout(this.#nextLook);
    this.#drop();
    this.#deadlines.clear();
  }

  /** Runs a script. Never rejects, and resolves within the timeout. */
  run(script: Script, keys: readonly string[], args: readonly string[]): Promise<Reply> {
    const client = this.#client;
    if (client === undefined) return Promise.resolve(noReply);
    return this.#timed(async () => {
      const rest = [String(keys.length), ...keys, ...args];
      try {
        return await client.send("EVALSHA", [script.sha, ...rest]);
      } catch (error) {
        if (wordOf(error) !== "NOSCRIPT") throw error;
        return client.send("EVAL", [script.text, ...rest]);
      }
    });
  }

  #timed(send: () => Promise<unknown>): Promise<Reply> {
    return new Promise((resolve) => {
      const deadline: Deadline = this.#deadlines.add(() => {
        this.#timeouts++;
        resolve(noReply);
        this.#fail("timeout", "counted");
      });
      send().then(
        (value) => {
          if (deadline.over) return;
          deadline.over = true;
          this.#circuit.succeed();
          resolve({ ok: true, value });
        },
        (error: unknown) => {
          if (deadline.over) return;
          deadline.over = true;
          this.#errors++;
          resolve(noReply);
          this.#fail(wordOf(error), "counted");
        },
      );
    });
  }

  #fail(why: string, how: "counted" | "at once"): void {
    if (!this.#circuit.fail(how)) return;
    this.#options.onGone(why);
    this.#lookLater();
  }

  #lookLater(): void {
    if (this.#ended) return;
    clearTimeout(this.#nextLook);
    this.#nextLook = setTimeout(() => void this.#look(), this.#circuit.nextPause());
    this.#nextLook.unref();
  }

  async #look(): Promise<void> {
    const answers = await this.#connect();
    if (this.#ended) return;
    if (answers && (await this.#options.onBack()) && !this.#ended) this.#circuit.close();
    else {
      this.#drop();
      this.#lookLater();
    }
  }

  async #connect(): Promise<boolean> {
    try {
      const client = this.#client ?? (await this.#open());
      this.#client = client;
      return (await this.#timed(() => client.send("PING", []))).ok;
    } catch {
      return false;
    }
  }

  async #open(): Promise<RedisClient> {
    const { url, tls } = this.#options;
    const client = new RedisClient(url, {
      // What is asked while the connection is gone must fail at once, and be known to have failed.
      ...{ autoReconnect: false, enableOfflineQueue: false, connectionTimeout: connectMs },
      ...(tls !== undefined && { tls }),
    });
    try {
      await client.connect();
    } catch (error) {
      client.close();
      throw error;
    }
    client.onclose = () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      this.#fail("disconnected", "at once");
    };
    return client;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.close();
  }
}

/** The first word of Redis's answer (`LOADING`, `READONLY`), else the client's code: the rest may name what is secret. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return "error";
  const word = /^[A-Z]{3,20}(?= )/.exec(error.message)?.[0];
  if (word !== undefined) return word;
  return "code" in error && typeof error.code === "string" ? error.code : "error";
}
