import type { UsageRecord } from "../src/plane/usage-record.ts";

/** A complete usage record, for tests of the ledger. */
export function usageRecord(change: Partial<UsageRecord> = {}): UsageRecord {
  return {
    requestId: "req_1",
    orgId: "org_1",
    keyId: "key_1",
    providerId: "prov_1",
    providerName: "main",
    requestedModel: "main/m",
    wireModel: "m",
    surface: "openai-chat",
    protocol: "openai-chat",
    stream: true,
    passthrough: false,
    outcome: "completed",
    status: 200,
    errorCode: undefined,
    usage: {
      input: 10,
      cacheRead: 3,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 7,
      reasoning: 2,
      audioInput: 0,
      audioOutput: 0,
      reportedCostUsd: 0.000123,
      raw: { prompt_tokens: 13, nested: ["ü", null] },
    },
    usageEstimated: false,
    costUsd: 0.0000421,
    costSource: "computed",
    losses: "",
    startedAt: 1_800_000_000_123,
    timing: { before: 120, upstreamFirstByte: 450_000, firstByte: 450_300, total: 2_000_000 },
    ...change,
  };
}
