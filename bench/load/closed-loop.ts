import { cpuBetween, sampleCpu } from "../process/cpu-time.ts";
import { waitUntilQuiet } from "../process/quiet.ts";
import { LoadClient } from "./load-client.ts";
import type { ClosedLoopSpec, LoadResultOf } from "./load-spec.ts";
import { Series } from "./series.ts";

// A target that fails every request would otherwise be asked as fast as it can refuse.
const failuresTolerated = 20;

// No case takes a quarter of it; a target that does not answer must not hold up the run.
const limitMs = 30_000;

/**
 * Keeps `shape.concurrency` requests in flight. CPU is counted from an idle target to an idle target over a fixed number
 * of requests, so no request is counted in part and work put off to later is counted too.
 */
export async function runClosedLoop(spec: ClosedLoopSpec): Promise<LoadResultOf<"closed">> {
  const { concurrency } = spec.shape;
  const clients = await LoadClient.open(spec, concurrency);
  try {
    const requests = spec.requests ?? (await warmUp(spec, clients));
    await waitUntilQuiet(spec.pid, spec.settleMs);
    const before = sampleCpu(spec.pid);
    const series = await drive(clients, (sent) => sent < requests);
    await waitUntilQuiet(spec.pid, spec.settleMs);
    const cpuNanoseconds = cpuBetween(before, sampleCpu(spec.pid));
    const reconnects = clients.reduce((sum, client) => sum + client.reconnects, 0);
    return { kind: "closed", ...series.summary(), cpuNanoseconds, reconnects };
  } finally {
    for (const client of clients) client.close();
  }
}

/** Returns how many requests fill the measured window: whole rounds of all connections, at least two. */
async function warmUp(spec: ClosedLoopSpec, clients: readonly LoadClient[]): Promise<number> {
  const deadline = performance.now() + spec.warmupMs;
  const series = await drive(clients, () => performance.now() < deadline);
  const rounds = ((series.count / series.seconds) * (spec.windowMs / 1000)) / clients.length;
  return Math.max(2, Math.round(rounds)) * clients.length;
}

function drive(clients: readonly LoadClient[], more: (sent: number) => boolean): Promise<Series> {
  const series = new Series();
  let sent = 0;
  let busy = clients.length;
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => {
      series.addUnanswered(busy, `${busy} answers were not whole after ${limitMs / 1000} s`);
      resolve(series);
    }, limitMs);
    const next = (client: LoadClient): void => {
      if (!more(sent) || series.failures > failuresTolerated) {
        busy -= 1;
        if (busy > 0) return;
        clearTimeout(giveUp);
        resolve(series);
        return;
      }
      sent += 1;
      const due = performance.now();
      client.send((answer) => {
        series.add(due, answer);
        next(client);
      });
    };
    for (const client of clients) next(client);
  });
}
