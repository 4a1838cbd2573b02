import type { ServerFacts } from "../metrics/server-facts.ts";
import { TrafficMetrics } from "../metrics/traffic-metrics.ts";
import type { Snapshot } from "../plane/snapshot.ts";
import type { UsageSink } from "../plane/usage-record.ts";
import { createMetricsEndpoint, type MetricsEndpoint } from "./metrics-endpoint.ts";
import { createRequestLog } from "./request-log.ts";
import type { Settings } from "./settings.ts";
import type { ToldRefusal } from "./told-refusal.ts";

/** What an operator watches calls by: metrics and the request log. */
export interface Observers {
  /** Where the engine leaves its records. */
  readonly usage: UsageSink;
  readonly onRefused: (refusal: ToldRefusal) => void;
  /** Calls are kept from a model of this provider for a while. */
  readonly onCircuitOpen: (providerId: string) => void;
  follow(snapshot: Snapshot): void;
  /** Undefined when metrics are off. `merge` adds to this process's text what others have to tell. */
  endpoint(
    facts: Omit<ServerFacts, "logLinesDropped">,
    merge?: (own: string) => Promise<string>,
  ): MetricsEndpoint | undefined;
  close(): Promise<void>;
}

/** Puts what the settings ask for before `next`; what is off costs a call nothing. */
export function createObservers(settings: Settings, next: UsageSink): Observers {
  const log = settings.requestLog ? createRequestLog(next) : undefined;
  const { metrics: access, trustedProxies, publicUrl } = settings;
  const traffic = access.kind === "off" ? undefined : new TrafficMetrics(log ?? next);
  return {
    usage: traffic ?? log ?? next,
    onRefused(refusal) {
      traffic?.refused(refusal.code);
      log?.refused(refusal);
    },
    onCircuitOpen: (providerId) => traffic?.attempts.circuitOpened(providerId),
    follow: (snapshot) => traffic?.follow(snapshot),
    endpoint(facts, merge) {
      if (traffic === undefined) return undefined;
      const told = { ...facts, logLinesDropped: () => log?.dropped() ?? 0 };
      return createMetricsEndpoint({ access, trustedProxies, publicUrl, traffic, facts: told, merge });
    },
    close: async () => log?.close(),
  };
}
