import { expect, test } from "bun:test";
import { Secret } from "../secrets/secret.ts";
import type { ProtocolId } from "../wire/neutral/protocol-id.ts";
import { drivers } from "./_registry.gen.ts";
import type { ProviderOptions } from "./driver.ts";

interface Case {
  readonly driver: string;
  readonly protocol: ProtocolId;
  readonly baseUrl: string;
  readonly options?: ProviderOptions;
  /** Below the base URL; undefined: no vectors by this protocol. */
  readonly one: string | undefined;
  /** Of a call of its own for many inputs. */
  readonly many?: string;
}

const host = "https://vendor.example";
const cases: readonly Case[] = [
  { driver: "openai", protocol: "openai-chat", baseUrl: host, one: "/v1/embeddings" },
  { driver: "openai", protocol: "openai-responses", baseUrl: host, one: undefined },
  { driver: "openai_completions", protocol: "openai-chat", baseUrl: `${host}/v1`, one: "/v1/embeddings" },
  { driver: "mistral", protocol: "openai-chat", baseUrl: host, one: "/v1/embeddings" },
  { driver: "azure_openai", protocol: "openai-chat", baseUrl: host, one: "/openai/v1/embeddings" },
  {
    driver: "azure_openai",
    protocol: "openai-chat",
    baseUrl: host,
    options: { api_version: "2024-10-21" },
    one: "/openai/deployments/a%20b/embeddings?api-version=2024-10-21",
  },
  {
    driver: "gemini",
    protocol: "gemini",
    baseUrl: host,
    one: "/v1beta/models/a%20b:embedContent",
    many: "/v1beta/models/a%20b:batchEmbedContents",
  },
  { driver: "bedrock", protocol: "bedrock-invoke", baseUrl: host, one: "/model/a%20b/invoke" },
  { driver: "bedrock", protocol: "bedrock-converse", baseUrl: host, one: undefined },
  { driver: "ollama", protocol: "ollama", baseUrl: host, one: "/api/embed" },
  { driver: "anthropic", protocol: "anthropic-messages", baseUrl: host, one: undefined },
];

test.each(cases.map((each) => [each.driver, each.protocol, each.one ?? "nothing", each] as const))(
  "%s asks for vectors by %s at %s",
  (id, protocol, _, { baseUrl, options = {}, one, many }) => {
    const credential = { api_key: new Secret("key") };
    const upstream = drivers.get(id)?.prepare({ baseUrl, options, credential }, protocol);
    const call = { model: "a b", stream: false } as const;
    expect(upstream?.url({ ...call, operation: "embed" })).toBe(one && host + one);
    expect(upstream?.url({ ...call, operation: "embed_batch" })).toBe(many && host + many);
  },
);
