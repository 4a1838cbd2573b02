import type { ByteSource } from "../engine/call.ts";
import type { WaitClock } from "../engine/wait-clock.ts";
import type { Watch, Watchdog } from "../engine/watchdog.ts";
import type { Exchange } from "./exchange.ts";

export interface StreamResponseOptions {
  readonly source: ByteSource;
  readonly headers: Record<string, string>;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  readonly keepalive: string;
  /** Milliseconds of silence after which `keepalive` is sent. */
  readonly keepaliveMs: number;
  /** The client has waited for one interval already: it is given a sign of life, with which the headers leave, at once. */
  readonly overdue?: boolean;
  readonly watchdog: Watchdog;
  /** Runs while the client is waited for. */
  readonly waits: WaitClock;
  /** Told when the last byte is out or the client is gone. */
  readonly exchange: Pick<Exchange, "end">;
}

const lineFeed = 0x0a;
/** Bytes that the runtime is given before the client has taken them: it copies what cannot be sent at once. */
const mostAtOnce = 16 * 1024;

/** A stream to the client, read from its source only as fast as the client takes it. */
export function streamResponse(options: StreamResponseOptions): Response {
  return new Response(new ReadableStream(new ClientStream(options)), { headers: options.headers });
}

/** What the runtime reads. One object for the stream, its signal and its heartbeat: closures would be several a stream. */
class ClientStream implements Bun.DirectUnderlyingSource {
  readonly type = "direct";
  readonly #options: StreamResponseOptions;
  #ended = false;
  #controller: ReadableStreamDirectController | undefined;
  #heartbeat: Watch | undefined;
  /** A comment in the middle of an event would break it. */
  #betweenEvents = true;

  constructor(options: StreamResponseOptions) {
    this.#options = options;
    const { signal } = options;
    if (signal.aborted) this.cancel();
    else signal.addEventListener("abort", this);
  }

  async pull(controller: ReadableStreamDirectController): Promise<void> {
    const { source, keepalive, keepaliveMs, watchdog, waits, overdue } = this.#options;
    const heartbeat = watchdog.watch(keepaliveMs, this);
    this.#heartbeat = heartbeat;
    this.#controller = controller;
    try {
      if (overdue === true && keepalive !== "") {
        controller.write(keepalive);
        await controller.flush(true);
      }
      for (;;) {
        const chunk = await source.read();
        if (chunk === undefined || this.#ended) break;
        if (chunk.length === 0) continue;
        this.#betweenEvents = false;
        // A text is as long as one event, and is never cut: half a character would be no text.
        const step = typeof chunk === "string" ? chunk.length : mostAtOnce;
        for (let at = 0; at < chunk.length; at += step) {
          controller.write(partOf(chunk, at));
          if (at + step >= chunk.length) this.#betweenEvents = endsEvent(chunk);
          // Without the wait a slow client's bytes would pile up in memory.
          const taken = controller.flush(true);
          // Mostly it is taken at once, which is not worth a look at the clock.
          await (isPending(taken) ? waits.during(taken) : taken);
          heartbeat.reset(keepaliveMs);
        }
      }
    } catch {
      // The client left while its bytes were being written.
      source.cancel();
    } finally {
      heartbeat.stop();
      this.#options.signal.removeEventListener("abort", this);
      this.#end();
    }
    controller.close();
  }

  /** The client is gone. */
  cancel(): void {
    this.#options.source.cancel();
    this.#end();
  }

  /** Called by the client's signal. */
  handleEvent(): void {
    this.cancel();
  }

  /** The client was told nothing for an interval. */
  expire(): void {
    if (this.#ended) return;
    if (this.#betweenEvents) {
      this.#controller?.write(this.#options.keepalive);
      this.#controller?.flush();
    }
    this.#heartbeat?.reset(this.#options.keepaliveMs);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.exchange.end();
  }
}

function partOf(chunk: Uint8Array | string, at: number): Uint8Array | string {
  return typeof chunk === "string" || chunk.length <= mostAtOnce
    ? chunk
    : chunk.subarray(at, at + mostAtOnce);
}

function isPending(taken: number | Promise<number>): taken is Promise<number> {
  return taken instanceof Promise && Bun.peek.status(taken) === "pending";
}

function endsEvent(chunk: Uint8Array | string): boolean {
  if (typeof chunk === "string") return chunk.endsWith("\n\n");
  const last = chunk.length - 1;
  if (chunk[last] !== lineFeed) return false;
  return chunk[last - 1] === lineFeed || (chunk[last - 1] === 0x0d && chunk[last - 2] === lineFeed);
}
