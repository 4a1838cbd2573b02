import { stringify } from "yaml";
import { allStreamKinds, modelId } from "../plan/shape.ts";

/** Name of the environment variable the configuration reads the upstream's key from. */
export const upstreamKeyVariable = "BENCH_UPSTREAM_KEY";

/** Penstock's configuration file for the benchmark: one provider per protocol, both at the mock upstream. */
export function penstockConfig(upstreamPort: number): string {
  const origin = `http://127.0.0.1:${upstreamPort}`;
  const credentials = { api_key: { env: upstreamKeyVariable } };
  return stringify({
    orgs: {
      default: {
        providers: [
          {
            name: "bench-chat",
            driver: "openai_completions",
            base_url: `${origin}/v1`,
            credentials,
            models: allStreamKinds.map((kind) => modelId("openai-chat", kind)),
            validate: false,
          },
          {
            name: "bench-messages",
            driver: "anthropic",
            base_url: origin,
            credentials,
            models: allStreamKinds.map((kind) => modelId("anthropic-messages", kind)),
            validate: false,
          },
        ],
      },
    },
  });
}
