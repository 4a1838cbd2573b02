import { Counter, type Registry } from "prom-client";
import type { AttemptCount } from "./attempt-counts.ts";
import type { HistogramFamily } from "./histogram-text.ts";
import type { ProviderSeries } from "./series.ts";
import type { TrafficMetrics } from "./traffic-metrics.ts";

type Labels = Readonly<Record<string, string>>;
type Count = readonly [labels: Labels, value: number];

interface CounterOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly counts: () => Iterable<Count>;
}

/** The counters of all calls, filled when they are read. */
export function registerTrafficCounters(registry: Registry, traffic: TrafficMetrics): void {
  const counter = ({ counts, ...told }: CounterOptions) =>
    new Counter({
      ...told,
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, value] of counts()) this.inc(labels, value);
      },
    });

  counter({
    name: "penstock_requests_total",
    help: "Model calls that were let in, by how they ended",
    labelNames: ["surface", "protocol", "stream", "driver", "provider", "outcome", "status"],
    counts: () =>
      [...traffic.requests.values()].map(({ labels, requests }): Count => [{ ...labels }, requests]),
  });
  counter({
    name: "penstock_errors_total",
    help: "Model calls that failed, by code of the error",
    labelNames: ["driver", "code"],
    counts: () =>
      [...traffic.errors].flatMap(([driver, codes]) =>
        [...codes].map(([code, count]) => [{ driver, code }, count] as const),
      ),
  });
  counter({
    name: "penstock_refusals_total",
    help: "Requests to the gateway that were refused before a model was looked for, by code of the error",
    labelNames: ["code"],
    counts: () => [...traffic.refusals].map(([code, count]) => [{ code }, count] as const),
  });
  counter({
    name: "penstock_losses_total",
    help: "Fields of requests that did not reach the vendor as they were sent",
    labelNames: ["surface", "action"],
    counts: () =>
      [...traffic.losses].flatMap(([surface, actions]) =>
        [...actions].map(([action, count]) => [{ surface, action }, count] as const),
      ),
  });
  counter({
    name: "penstock_attempts_total",
    help: "Calls of vendors, of which a request may need several, by how they ended",
    labelNames: ["driver", "provider", "outcome"],
    counts: () => attemptCounts(traffic.attempts.calls, "outcome"),
  });
  counter({
    name: "penstock_turns_total",
    help: "Times that a request went elsewhere, or calls were kept from a target that fails",
    labelNames: ["driver", "provider", "kind"],
    counts: () => attemptCounts(traffic.attempts.turns, "kind"),
  });
  counter({
    name: "penstock_tokens_total",
    help: "Tokens read and written, in buckets that do not overlap",
    labelNames: ["driver", "provider", "bucket"],
    counts: () => perProvider(traffic, "bucket", ({ tokens }) => tokens),
  });
  counter({
    name: "penstock_token_shares_total",
    help: "Those of the tokens that were reasoning or audio",
    labelNames: ["driver", "provider", "share"],
    counts: () => perProvider(traffic, "share", ({ shares }) => shares),
  });
  counter({
    name: "penstock_cost_usd_total",
    help: "What calls cost, in USD, by who says so",
    labelNames: ["driver", "provider", "source"],
    counts: () => perProvider(traffic, "source", ({ cost }) => cost),
  });
  counter({
    name: "penstock_usage_estimated_total",
    help: "Calls whose tokens no vendor counted",
    labelNames: ["driver", "provider"],
    counts: () =>
      [...traffic.providers.values()].map(({ labels, estimated }) => [{ ...labels }, estimated] as const),
  });
}

/** The histograms of all calls. */
export function trafficHistograms(traffic: TrafficMetrics): readonly HistogramFamily[] {
  const times = (which: "duration" | "firstByte") =>
    [...traffic.providers.values()].flatMap(({ labels, wholes, streams }) =>
      [
        { labels: { ...labels, stream: "false" }, values: wholes[which] },
        { labels: { ...labels, stream: "true" }, values: streams[which] },
      ].filter(({ values }) => values.count > 0),
    );
  return [
    {
      name: "penstock_request_duration_seconds",
      help: "From a call's arrival to the end of its answer",
      series: times("duration"),
    },
    {
      name: "penstock_first_byte_seconds",
      help: "From a call's arrival to the first byte of content for its client, of calls that were completed",
      series: times("firstByte"),
    },
    {
      name: "penstock_overhead_seconds",
      help: "What of a call's duration was spent in the gateway, waiting for neither client nor vendor",
      series: [...traffic.overheads.values()].map(({ labels, overhead }) => ({ labels, values: overhead })),
    },
  ];
}

function attemptCounts(counts: ReadonlyMap<string, AttemptCount>, label: string): Count[] {
  return [...counts.values()].map(
    ({ labels: { driver, provider, what }, count }): Count => [{ driver, provider, [label]: what }, count],
  );
}

/** One count a provider and name, without those that never were. */
function perProvider(
  traffic: TrafficMetrics,
  label: string,
  read: (series: ProviderSeries) => Readonly<Record<string, number>>,
): Count[] {
  return [...traffic.providers.values()].flatMap((series) =>
    Object.entries(read(series))
      .filter(([, value]) => value > 0)
      .map(([name, value]): Count => [{ ...series.labels, [label]: name }, value]),
  );
}
