import { Counter, collectDefaultMetrics, Gauge, type Registry } from "prom-client";
import type { ServerFacts } from "./server-facts.ts";
import type { TrafficMetrics } from "./traffic-metrics.ts";

/**
 * Of the library's metrics of Node, those that mean nothing in this runtime: always zero, of reserved
 * memory, or no number before there is a first value.
 */
const meaningless = [
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources",
  "nodejs_active_resources_total",
  "nodejs_eventloop_lag_mean_seconds",
  "nodejs_eventloop_lag_min_seconds",
  "nodejs_eventloop_lag_stddev_seconds",
  "nodejs_gc_duration_seconds",
  "nodejs_heap_space_size_available_bytes",
  "nodejs_heap_space_size_total_bytes",
  "nodejs_heap_space_size_used_bytes",
  "nodejs_version_info",
  "process_heap_bytes",
];

/** The process: processor time, memory, open files, delays of the event loop. */
export function registerProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of meaningless) registry.removeSingleMetric(name);
}

/** What the server's parts say of themselves, asked when it is read. */
export function registerServerGauges(
  registry: Registry,
  { facts, traffic }: { readonly facts: ServerFacts; readonly traffic: TrafficMetrics },
): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      ...{ name, help, registers },
      async collect() {
        this.set(await read());
      },
    });
  const gauges = (name: string, help: string, { label, read }: Read) =>
    new Gauge({
      ...{ name, help, registers, labelNames: [label] },
      collect() {
        this.reset();
        for (const [value, count] of read()) this.set({ [label]: value }, count);
      },
    });
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      ...{ name, help, registers },
      collect() {
        this.reset();
        this.inc(read());
      },
    });

  gauges("penstock_build_info", "1, labelled with the version", {
    label: "version",
    read: () => [[facts.version, 1]],
  });
  gauge("penstock_requests_in_flight", "Gateway calls whose last byte is not out yet", facts.inFlight);
  gauge("penstock_open_streams", "Calls in flight that are answered by a stream", facts.openStreams);
  gauge(
    "penstock_orphaned_calls",
    "Calls that go on although their clients have left",
    () => facts.generations().orphans,
  );
  gauge(
    "penstock_kept_answer_bytes",
    "Bytes of answers kept for a retry",
    () => facts.generations().keptBytes,
  );
  counter(
    "penstock_replays_total",
    "Requests that got the answer of an earlier one with the same idempotency key",
    () => facts.generations().replays,
  );
  gauge("penstock_ledger_spool_bytes", "Usage records on disk", () => facts.ledger().spoolBytes);
  gauge(
    "penstock_ledger_spool_writable",
    "1 when usage records are on disk before their request is over",
    () => (facts.ledger().spool === "ok" ? 1 : 0),
  );
  gauge(
    "penstock_ledger_unspooled",
    "Queued usage records that are in memory alone",
    () => facts.ledger().unspooled,
  );
  gauge("penstock_ledger_queued", "Usage records that wait to be written", () => facts.ledger().queued);
  counter("penstock_ledger_written_total", "Usage records written", () => facts.ledger().written);
  counter("penstock_ledger_lost_total", "Usage records given up", () => facts.ledger().lost);
  gauge(
    "penstock_ledger_failures",
    "Failed attempts to write usage records since the last good one",
    () => facts.ledger().failures,
  );
  gauge(
    "penstock_snapshot_version",
    "Version of the configuration that is served",
    () => facts.snapshot().version ?? 0,
  );
  gauge(
    "penstock_snapshot_age_seconds",
    "Since the configuration was last read; it is read when it changes",
    () => (facts.now() - (facts.snapshot().builtAt ?? facts.now())) / 1000,
  );
  gauge(
    "penstock_snapshot_build_failures",
    "Failed attempts to read the configuration since the last good one",
    () => facts.snapshot().failures,
  );
  gauge("penstock_storage_up", "1 when the database answers", async () => Number(await facts.storageUp()));
  gauges("penstock_providers", "Enabled providers of all organizations, by status", {
    label: "status",
    read: () => {
      const counts = traffic.slots.statuses();
      const statuses = ["pending", "available", "unavailable", "failed"] as const;
      return statuses.map((status) => [status, counts.get(status) ?? 0]);
    },
  });
  gauges("penstock_jobs_running", "Background jobs under way in this process", {
    label: "kind",
    read: () => Object.entries(facts.jobs()),
  });
  counter(
    "penstock_request_log_dropped_total",
    "Lines of the request log that nobody took in time",
    facts.logLinesDropped,
  );
  new Counter({
    ...{ name: "penstock_limit_refusals_total", registers, labelNames: ["limit", "subject"] },
    help: "Calls that a limit or budget let not through, by which and by whose",
    collect() {
      this.reset();
      for (const { limit, subject, count } of facts.admissions().refusals)
        this.inc({ limit, subject }, count);
    },
  });
  counter(
    "penstock_budget_reserved_usd_total",
    "Held before the calls that are over, where a budget holds",
    () => facts.admissions().reservedUsd,
  );
  counter("penstock_budget_settled_usd_total", "What those calls cost", () => facts.admissions().usedUsd);
  const limits = facts.sharedLimits;
  if (limits === undefined) return;
  gauge(
    "penstock_limits_shared",
    "1 when limits are counted in Redis; 0 while this replica counts alone",
    () => Number(limits().shared),
  );
  gauge(
    "penstock_limits_replicas",
    "Replicas that shared the limits when Redis was seen last",
    () => limits().replicas,
  );
  gauge(
    "penstock_limits_unsettled",
    "Settlements that Redis has not confirmed yet",
    () => limits().unsettled,
  );
  counter(
    "penstock_limits_alone_total",
    "Reservations that were decided without Redis",
    () => limits().decidedAlone,
  );
  counter("penstock_redis_timeouts_total", "Commands to Redis that came too late", () => limits().timeouts);
  counter("penstock_redis_errors_total", "Commands to Redis that failed", () => limits().errors);
}

interface Read {
  readonly label: string;
  readonly read: () => Iterable<readonly [value: string, count: number]>;
}
