import type { Exposition } from "../../metrics/exposition.ts";
import type { ServerFacts } from "../../metrics/server-facts.ts";
import { TrafficMetrics } from "../../metrics/traffic-metrics.ts";

/** What a worker knows of itself. */
export type WorkerFacts = Omit<ServerFacts, "logLinesDropped">;

let exposition: Promise<Exposition> | undefined;

/** What a worker tells of itself in Prometheus' text format; calls are counted by the primary, which gets the records. */
export async function workerMetrics(facts: WorkerFacts): Promise<string> {
  exposition ??= load(facts);
  return (await exposition).text();
}

/** Loaded when it is first asked for: who does not scrape does not keep it in memory. */
async function load(facts: WorkerFacts): Promise<Exposition> {
  const { createExposition } = await import("../../metrics/exposition.ts");
  const traffic = new TrafficMetrics({ add() {} });
  return createExposition({ traffic, facts: { ...facts, logLinesDropped: () => 0 } });
}
