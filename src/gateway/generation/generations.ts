import { createHash } from "node:crypto";
import type { Call } from "../../engine/call.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { execute, type Running } from "../../engine/execute.ts";
import { ClientGone } from "../../engine/send.ts";
import { PenstockError, toPenstockError } from "../../errors/penstock-error.ts";
import { splitUrl } from "../split-url.ts";
import { Generation } from "./generation.ts";
import type { GenerationStore } from "./generation-store.ts";
import type { Orphans } from "./orphans.ts";

/** A generation as one of its clients sees it. */
export interface JoinedRun extends Running {
  /** The request that began it. */
  readonly replayOf: string;
}

/** What is going on, and what went on so far. */
export interface GenerationStats {
  /** Calls that go on although their clients have left. */
  readonly orphans: number;
  /** Bytes of answers that are kept for a retry. */
  readonly keptBytes: number;
  /** Requests that joined the generation of an earlier one. */
  readonly replays: number;
}

export interface GenerationsOptions {
  readonly engine: EngineContext;
  readonly orphans: Orphans;
  readonly store: GenerationStore;
  /** Unexpected failures, for the operator. */
  readonly onInternalError: (error: unknown, requestId: string) => void;
}

/** Calls that outlive their clients, as the keys' `on_disconnect` says. */
export class Generations {
  readonly #options: GenerationsOptions;
  #replays = 0;

  constructor(options: GenerationsOptions) {
    this.#options = options;
  }

  stats(): GenerationStats {
    const { orphans, store } = this.#options;
    return { orphans: orphans.count, keptBytes: store.bytes, replays: this.#replays };
  }

  /** The generation that this request retries, as `join` has it; undefined when the request is to run. */
  find(call: Call, request: Request): JoinedRun | undefined {
    const name = nameOf(call);
    const known = name === undefined ? undefined : this.#options.store.find(name);
    if (known === undefined) return undefined;
    if (known.digest !== digestOf(call, request)) throw new PenstockError("idempotency_mismatch");
    const { generation } = known;
    this.#replays++;
    return { ...generation.join(call.signal), replayOf: generation.requestId };
  }

  /**
   * Runs a call that its client's departure does not end.
   *
   * @throws PenstockError what `execute` throws; `invalid_request` for an `idempotency-key` that is none.
   */
  run(call: Call, request: Request): Running {
    const { engine, orphans, store } = this.#options;
    if (call.signal.aborted) throw new ClientGone();
    const name = nameOf(call);
    // Before it runs: the engine may overwrite the body.
    const digest = name === undefined ? undefined : digestOf(call, request);
    const generation = new Generation(
      {
        requestId: call.requestId,
        orphans,
        keeper: name === undefined ? undefined : store,
        onUnseenFailure: this.#tellUnseen(call.requestId),
      },
      (detached) => execute(engine, { ...call, signal: detached.signal, detached }),
    );
    if (name !== undefined && digest !== undefined) store.add(name, { generation, digest });
    return generation.join(call.signal);
  }

  /** A function of its own: what is kept for long must not hold the request. */
  #tellUnseen(requestId: string): (error: unknown) => void {
    const { onInternalError } = this.#options;
    return (error) => {
      if (error instanceof ClientGone) return;
      const { code, cause } = toPenstockError(error);
      if (code === "internal") onInternalError(cause, requestId);
    };
  }

  /** Cuts what nobody waits for, now and from now on; resolves when it has ended, within a second. */
  async close(): Promise<void> {
    const { orphans } = this.#options;
    orphans.close();
    for (let waited = 0; waited < patienceMs && orphans.count > 0; waited += 5) await Bun.sleep(5);
  }
}

/** Milliseconds that what was cut has to close its books. */
const patienceMs = 1_000;

const longestKey = 255;

/** What a retry of this request is found by; undefined when it is to be found by nothing. */
function nameOf({ key, headers }: Call): string | undefined {
  if (key.config.onDisconnect !== "keep") return undefined;
  const sent = headers.get("idempotency-key");
  if (sent === null || sent === "") return undefined;
  if (sent.length <= longestKey && /^[\x21-\x7e]+$/.test(sent))
    return `${key.org.id} ${key.config.id} ${sent}`;
  throw new PenstockError("invalid_request", {
    fields: { reason: "`idempotency-key` must be 1 to 255 visible ASCII characters." },
  });
}

/** Method, path, what of the query decides the answer's form, and body. Never the query's `key`: it may be rotated. */
function digestOf({ body }: Call, { method, url }: Request): string {
  const { path, query } = splitUrl(url);
  const form = new URLSearchParams(query).get("alt") ?? "";
  return createHash("sha256").update(`${method} ${path} ${form}\n`).update(body).digest("hex");
}
