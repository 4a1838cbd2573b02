import { type Answer, LoadClient } from "./load-client.ts";
import type { LoadResultOf, OpenLoopSpec } from "./load-spec.ts";
import type { PacerOrder } from "./pacer-worker.ts";
import { quantiles } from "./quantiles.ts";
import { Series } from "./series.ts";

const connections = 64;

/**
 * Sends at a fixed rate whatever the answers take. Latency counts from the moment a request was due, not from when a
 * connection was free for it, so a stall of the target shows in every request it held up.
 */
export async function runOpenLoop(spec: OpenLoopSpec): Promise<LoadResultOf<"open">> {
  const gaps: number[] = [];
  const clients = await LoadClient.open(spec, connections, spec.shape.stream ? gaps : undefined);
  const worker = new Worker(new URL("./pacer-worker.ts", import.meta.url).href);
  try {
    if (spec.warmupMs > 0) await drive({ ...spec, durationMs: spec.warmupMs }, clients, worker);
    gaps.length = 0;
    return { ...(await drive(spec, clients, worker)), gap: quantiles(gaps) };
  } finally {
    worker.terminate();
    for (const client of clients) client.close();
  }
}

function drive(
  spec: OpenLoopSpec,
  clients: readonly LoadClient[],
  worker: Worker,
): Promise<LoadResultOf<"open">> {
  const count = Math.ceil((spec.ratePerSecond * spec.durationMs) / 1000);
  const intervalMs = 1000 / spec.ratePerSecond;
  const epochStart = performance.timeOrigin + performance.now() + 200;
  const start = epochStart - performance.timeOrigin;
  const series = new Series();
  const lateness: number[] = [];
  const free = [...clients];
  const waiting: number[] = [];

  return new Promise((resolve, reject) => {
    const send = (client: LoadClient, due: number): void => {
      lateness.push(performance.now() - due);
      client.send((answer: Answer) => {
        series.add(due, answer);
        const next = waiting.shift();
        if (next === undefined) free.push(client);
        else send(client, next);
        if (series.count === count) {
          const reconnects = clients.reduce((sum, one) => sum + one.reconnects, 0);
          resolve({ kind: "open", ...series.summary(), lateness: quantiles(lateness), reconnects });
        }
      });
    };
    worker.onmessage = (event: MessageEvent<number>) => {
      const due = start + event.data * intervalMs;
      const client = free.pop();
      if (client === undefined) waiting.push(due);
      else send(client, due);
    };
    worker.onerror = (event) => reject(new Error(event.message));
    const order: PacerOrder = { startAt: epochStart, intervalMs, count };
    worker.postMessage(order);
  });
}
