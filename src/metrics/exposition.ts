import { Registry } from "prom-client";
import { histogramText } from "./histogram-text.ts";
import type { ServerFacts } from "./server-facts.ts";
import { registerProcess, registerServerGauges } from "./server-gauges.ts";
import { registerTrafficCounters, trafficHistograms } from "./traffic-counters.ts";
import type { TrafficMetrics } from "./traffic-metrics.ts";

/** All metrics of one server in Prometheus' text format. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Loads the library: import this file when metrics are first asked for. */
export function createExposition(parts: {
  readonly traffic: TrafficMetrics;
  readonly facts: ServerFacts;
}): Exposition {
  const registry = new Registry();
  registerTrafficCounters(registry, parts.traffic);
  registerServerGauges(registry, parts);
  registerProcess(registry);
  return {
    contentType: registry.contentType,
    async text() {
      const known = await registry.metrics();
      return [known, ...trafficHistograms(parts.traffic).map(histogramText)].join("\n");
    },
  };
}
