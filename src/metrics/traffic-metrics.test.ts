import { expect, test } from "bun:test";
import fc from "fast-check";
import { usageRecord } from "../../testkit/usage-record.ts";
import type { ProviderConfig, Snapshot } from "../plane/snapshot.ts";
import type { UsageRecord } from "../plane/usage-record.ts";
import { Distribution } from "./distribution.ts";
import { histogramText } from "./histogram-text.ts";
import { maxProviders } from "./provider-slots.ts";
import { TrafficMetrics } from "./traffic-metrics.ts";

function provider(id: string): ProviderConfig {
  return {
    ...{ id, name: `secret name of ${id}`, driver: "custom", baseUrl: "https://vendor.test" },
    ...{ credential: undefined, options: {}, status: "available", priority: 0, createdAt: 0, models: [] },
  };
}

function configured(ids: readonly string[]): Snapshot {
  const org = { id: "org_1", name: "tenant", defaultModel: undefined, keys: [] };
  return { version: 1, orgs: [{ ...org, providers: ids.map(provider) }] };
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `prov_${i}`);

test("every record goes on to the ledger, unchanged", () => {
  const passed: UsageRecord[] = [];
  const metrics = new TrafficMetrics({ add: (record) => passed.push(record) });
  const record = usageRecord();
  metrics.add(record);
  expect(passed).toEqual([record]);
});

test("providers beyond the first two hundred share their series", () => {
  const metrics = new TrafficMetrics({ add() {} });
  metrics.follow(configured(ids(5_000)));
  for (const providerId of ids(5_000)) metrics.add(usageRecord({ providerId }));
  const series = [...metrics.requests.values()];
  expect(series.length).toBe(maxProviders + 1);
  const shared = series.find(({ labels }) => labels.provider === "other");
  expect(shared?.requests).toBe(5_000 - maxProviders);
  expect(metrics.providers.size).toBe(maxProviders + 1);
});

test("a provider that is deleted makes room, and its last calls are still counted", () => {
  const metrics = new TrafficMetrics({ add() {} });
  for (let round = 0; round < 20; round++) {
    const now = ids(maxProviders).map((id) => `${id}_${round}`);
    metrics.follow(configured(now));
    for (const providerId of now) metrics.add(usageRecord({ providerId }));
    expect(metrics.requests.size).toBe(maxProviders + (round > 0 ? 1 : 0));
    metrics.follow(configured([]));
    metrics.add(usageRecord({ providerId: now[0] }));
  }
  expect([...metrics.requests.values()].map(({ labels }) => labels.provider)).toEqual(["other"]);
  expect(metrics.requests.values().next().value?.requests).toBe(20);
});

test("models, keys, organizations and words of clients make no series", () => {
  const metrics = new TrafficMetrics({ add() {} });
  metrics.follow(configured(["prov_1"]));
  for (let i = 0; i < 5_000; i++) {
    const name = `name-${i}`;
    metrics.add(
      usageRecord({
        ...{ requestId: name, orgId: name, keyId: name, requestedModel: name, wireModel: name },
        ...{ providerName: name, losses: `${name};action=dropped, x;action=clamped` },
      }),
    );
  }
  expect(metrics.requests.size + metrics.providers.size + metrics.overheads.size).toBe(2);
  expect(metrics.losses).toEqual(
    new Map([
      [
        "openai-chat",
        new Map([
          ["dropped", 5_000],
          ["clamped", 5_000],
        ]),
      ],
    ]),
  );
});

test("a histogram counts what is at most each bound", () => {
  const limits = [0.001, 0.01, 1];
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 2, noNaN: true })), (values) => {
      const distribution = new Distribution(limits);
      for (const value of values) distribution.add(value);
      expect(distribution.cumulative()).toEqual([
        ...limits.map((limit) => values.filter((value) => value <= limit).length),
        values.length,
      ]);
    }),
  );
});

test("a histogram is told as Prometheus reads it", () => {
  const values = new Distribution([0.1, 1]);
  values.add(0.1);
  values.add(5);
  const text = histogramText({
    name: "x_seconds",
    help: "Of x",
    series: [{ labels: { a: 'q"\\' }, values }],
  });
  expect(text).toBe(
    [
      "# HELP x_seconds Of x",
      "# TYPE x_seconds histogram",
      'x_seconds_bucket{a="q\\"\\\\",le="0.1"} 1',
      'x_seconds_bucket{a="q\\"\\\\",le="1"} 1',
      'x_seconds_bucket{a="q\\"\\\\",le="+Inf"} 2',
      'x_seconds_sum{a="q\\"\\\\"} 5.1',
      'x_seconds_count{a="q\\"\\\\"} 2\n',
    ].join("\n"),
  );
});

test("every call counts in the series that its own words name, in whatever order calls come", () => {
  const words = fc.record({
    providerId: fc.constantFrom("prov_1", "prov_2", "prov_gone", undefined),
    surface: fc.constantFrom("openai-chat", "anthropic-messages"),
    protocol: fc.constantFrom("openai-chat", "gemini", undefined),
    stream: fc.boolean(),
    passthrough: fc.boolean(),
    outcome: fc.constantFrom("completed" as const, "failed" as const, "client_disconnected" as const),
    status: fc.constantFrom(200, 201, 429, 499, 502),
  });
  fc.assert(
    fc.property(fc.array(words, { maxLength: 60 }), fc.nat(60), (calls, published) => {
      const metrics = new TrafficMetrics({ add() {} });
      metrics.follow(configured(["prov_1", "prov_2"]));
      const expected = new Map<string, number>();
      const overheads = new Map<string, number>();
      for (const [index, call] of calls.entries()) {
        if (index === published) metrics.follow(configured(["prov_1", "prov_2"]));
        metrics.add(usageRecord({ ...call, timing: { ...usageRecord().timing, overhead: 5 } }));
        const { providerId = "none", surface, protocol = "none", stream, outcome, status } = call;
        const provider = providerId === "prov_gone" ? "other" : providerId;
        const hundreds = `${String(status)[0]}xx`;
        bump(expected, [provider, surface, protocol, `${stream}`, outcome, hundreds]);
        const path = call.passthrough ? "passthrough" : "translated";
        if (provider !== "none") bump(overheads, [surface, `${stream}`, path]);
      }
      const counted = new Map<string, number>();
      for (const { labels, requests } of metrics.requests.values()) {
        const { provider, surface, protocol, stream, outcome, status } = labels;
        counted.set([provider, surface, protocol, stream, outcome, status].join(" "), requests);
      }
      expect(counted).toEqual(expected);
      const timed = [...metrics.overheads.values()].map(({ labels, overhead }) => {
        return [[labels.surface, labels.stream, labels.path].join(" "), overhead.count] as const;
      });
      expect(new Map(timed)).toEqual(overheads);
    }),
  );

  function bump(counts: Map<string, number>, key: readonly string[]): void {
    counts.set(key.join(" "), (counts.get(key.join(" ")) ?? 0) + 1);
  }
});
