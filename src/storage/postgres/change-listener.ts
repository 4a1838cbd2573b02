import { Client } from "pg";
import type { ChangeFeed } from "../change-feed.ts";
import { connectionConfig } from "./connection-config.ts";

export const changeChannel = "penstock_snapshot";

const pollMs = 2_000;
const retryMs = 500;

/**
 * Follows the changes of other replicas: `LISTEN` on a connection of its own, renewed when it breaks, and a poll of
 * the version as the net below it.
 */
export function startChangeListener(options: {
  readonly url: string;
  readonly feed: ChangeFeed;
  /** Reads the committed version. */
  readonly version: () => Promise<number>;
}): { close(): Promise<void> } {
  let closed = false;
  let client: Client | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function poll(): Promise<void> {
    try {
      options.feed.announce(await options.version());
    } catch {
      // The database is away: the next tick asks again, and readiness reports it.
    }
  }

  async function connect(): Promise<void> {
    const next = new Client({ ...connectionConfig(options.url), statement_timeout: 0 });
    client = next;
    next.on("notification", (message) => options.feed.announce(Number(message.payload)));
    next.on("error", () => reconnect(next));
    next.on("end", () => reconnect(next));
    try {
      await next.connect();
      await next.query(`listen ${changeChannel}`);
      // What happened while nobody listened.
      await poll();
    } catch {
      reconnect(next);
    }
  }

  function reconnect(broken: Client): void {
    if (closed || client !== broken) return;
    client = undefined;
    broken.end().catch(() => {});
    // Spread out, so that replicas do not come back in one wave.
    retry = setTimeout(connect, retryMs * (1 + Math.random()));
    retry.unref();
  }

  const timer = setInterval(poll, pollMs);
  timer.unref();
  connect();
  return {
    async close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
