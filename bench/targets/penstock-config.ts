import { stringify } from "yaml";
import type { BenchWire } from "../plan/lane.ts";
import { allStreamKinds, modelId } from "../plan/shape.ts";

/** Name of the environment variable the configuration reads the upstream's key from. */
export const upstreamKeyVariable = "BENCH_UPSTREAM_KEY";

/**
 * Penstock's configuration file for the benchmark: one provider per protocol, all at the mock upstream, prices, and limits that are never
 * reached. None on tokens a minute: the highest that can be set is reached at 4,000 requests a second.
 */
export function penstockConfig(upstreamPort: number): string {
  const origin = `http://127.0.0.1:${upstreamPort}`;
  const providers = [
    provider({ name: "bench-chat", driver: "openai_completions", url: `${origin}/v1`, wire: "openai-chat" }),
    provider({ name: "bench-messages", driver: "anthropic", url: origin, wire: "anthropic-messages" }),
    provider({ name: "bench-gemini", driver: "gemini", url: origin, wire: "gemini" }),
    provider({ name: "bench-converse", driver: "bedrock", url: origin, wire: "bedrock-converse" }),
  ];
  const most = 1_000_000_000;
  const limits = [
    {
      ...{ subject: "org", requests_per_minute: most, concurrency: most },
      ...{ day_usd: most, month_usd: most },
    },
  ];
  const prices = [{ model: "*", input: 0.1, output: 0.4 }];
  return stringify({ orgs: { default: { providers, limits, prices } } });
}

function provider(options: {
  readonly name: string;
  readonly driver: string;
  readonly url: string;
  readonly wire: BenchWire;
}): object {
  const { name, driver, url, wire } = options;
  return {
    name,
    driver,
    base_url: url,
    credentials: { api_key: { env: upstreamKeyVariable } },
    models: allStreamKinds.map((kind) => modelId(wire, kind)),
    validate: false,
  };
}
