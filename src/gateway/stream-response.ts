import type { ByteSource } from "../engine/call.ts";
import type { WaitClock } from "../engine/wait-clock.ts";
import type { Watchdog } from "../engine/watchdog.ts";

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
  /** Called once, when the last byte is out or the client is gone. */
  readonly onEnd: () => void;
}

const lineFeed = 0x0a;
/** Bytes that the runtime is given before the client has taken them: it copies what cannot be sent at once. */
const mostAtOnce = 16 * 1024;

/** A stream to the client, read from its source only as fast as the client takes it. */
export function streamResponse(options: StreamResponseOptions): Response {
  const { source, signal, keepalive, keepaliveMs, watchdog, waits } = options;
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    options.onEnd();
  };
  const clientGone = () => {
    source.cancel();
    end();
  };
  if (signal.aborted) clientGone();
  else signal.addEventListener("abort", clientGone, { once: true });

  const body = new ReadableStream({
    type: "direct",
    async pull(controller: ReadableStreamDirectController) {
      // A comment in the middle of an event would break it.
      let betweenEvents = true;
      const heartbeat = watchdog.watch(keepaliveMs, () => {
        if (ended) return;
        if (betweenEvents) {
          controller.write(keepalive);
          controller.flush();
        }
        heartbeat.reset(keepaliveMs);
      });
      try {
        if (options.overdue === true && keepalive !== "") {
          controller.write(keepalive);
          await controller.flush(true);
        }
        for (;;) {
          const chunk = await source.read();
          if (chunk === undefined || ended) break;
          if (chunk.length === 0) continue;
          betweenEvents = false;
          // A text is as long as one event, and is never cut: half a character would be no text.
          const step = typeof chunk === "string" ? chunk.length : mostAtOnce;
          for (let at = 0; at < chunk.length; at += step) {
            controller.write(partOf(chunk, at));
            if (at + step >= chunk.length) betweenEvents = endsEvent(chunk);
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
        signal.removeEventListener("abort", clientGone);
        end();
      }
      controller.close();
    },
    cancel: clientGone,
  });
  return new Response(body, { headers: options.headers });
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
