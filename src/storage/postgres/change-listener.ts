import { Client } from "pg";
import type { ChangeFeed } from "../change-feed.ts";
import { connectionConfig } from "./connection-config.ts";
import type { DatabaseLimits } from "./database-limits.ts";

export const changeChannel = "penstock_snapshot";

const pollMs = 2_000;
const firstRetryMs = 500;
const longestRetryMs = 5_000;
/** How long a connection may say nothing before it is asked, and how long it then has. */
const heartbeatMs = 10_000;
const answerMs = 5_000;

/**
 * Follows the changes of other replicas: `LISTEN` on a connection of its own, renewed when it breaks or no longer
 * answers, and a poll of the version as the net below it.
 */
export function startChangeListener(options: {
  readonly url: string;
  readonly limits: DatabaseLimits;
  readonly feed: ChangeFeed;
  /** Reads the committed version. */
  readonly version: () => Promise<number>;
}): { close(): Promise<void> } {
  const config = { ...connectionConfig(options.url, options.limits), query_timeout: answerMs };
  let closed = false;
  let client: Client | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let polling = false;

  async function poll(): Promise<void> {
    if (polling) return;
    polling = true;
    try {
      options.feed.announce(await options.version());
    } catch {
      // The database is away: the next tick asks again, and readiness reports it.
    } finally {
      polling = false;
    }
  }

  async function connect(): Promise<void> {
    const next = new Client(config);
    client = next;
    next.on("notification", (message) => options.feed.announce(Number(message.payload)));
    next.on("error", () => reconnect(next));
    next.on("end", () => reconnect(next));
    try {
      await next.connect();
      await next.query(`listen ${changeChannel}`);
      failures = 0;
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
    const pause = Math.min(firstRetryMs * 2 ** failures++, longestRetryMs);
    // Spread out, so that replicas do not come back in one wave.
    retry = setTimeout(connect, pause * (1 + Math.random()));
    retry.unref();
  }

  /** A network that swallows everything ends no connection by itself. */
  async function beat(): Promise<void> {
    const asked = client;
    if (asked === undefined) return;
    await asked.query("select 1").catch(() => reconnect(asked));
  }

  const timers = [setInterval(poll, pollMs), setInterval(beat, heartbeatMs)];
  for (const timer of timers) timer.unref();
  connect();
  return {
    async close() {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
