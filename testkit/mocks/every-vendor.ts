import { startAnthropicMock } from "./anthropic-server.ts";
import { bedrockAccount, startBedrockMock } from "./bedrock-server.ts";
import { cloudflareAccount, startCloudflareMock } from "./cloudflare-server.ts";
import { startFireworksMock } from "./fireworks-server.ts";
import { startGeminiMock } from "./gemini-server.ts";
import { startMaiMock } from "./mai-server.ts";
import { startMetaMock } from "./meta-server.ts";
import { startMistralMock } from "./mistral-server.ts";
import { startOllamaMock } from "./ollama-server.ts";
import { startOpenAiChatMock } from "./openai-chat-server.ts";
import { startAzureOpenAiMock, startOpenAiMock } from "./openai-server.ts";
import { startOpenRouterMock } from "./openrouter-server.ts";
import type { MockVendor } from "./shared/mock-server.ts";
import { startVercelMock } from "./vercel-server.ts";

type Values = Readonly<Record<string, string>>;

/** One way to sign in to a vendor, with the mock that judges it. */
export interface VendorAccount {
  /** How it signs in. */
  readonly title: string;
  start(): MockVendor;
  /** What stands behind the mock's origin in the base URL. */
  readonly path?: string;
  readonly options?: Values;
  credentials(mock: MockVendor): Values;
  /** The field that is wrong in a wrong credential; `api_key` unless told. */
  readonly field?: string;
  /** The wrong value, for fields that have a form. */
  readonly wrong?: string;
  /** Hosts besides that of the base URL which a credential is meant for, when the driver's own URL is used. */
  readonly hosts?: readonly string[];
}

const key = (start: () => MockVendor, more: Partial<VendorAccount> = {}): VendorAccount => ({
  title: "a key",
  start,
  credentials: (mock) => ({ api_key: mock.apiKey }),
  ...more,
});

const control = ["bedrock.us-east-1.amazonaws.com"];

/** Each built-in driver that calls a vendor, with its ways to sign in. A driver that is missing here fails a test. */
export const everyVendor: Readonly<Record<string, readonly VendorAccount[]>> = {
  anthropic: [key(startAnthropicMock)],
  azure_openai: [key(startAzureOpenAiMock)],
  bedrock: [
    key(startBedrockMock, { hosts: control }),
    {
      title: "an access key",
      start: startBedrockMock,
      credentials: () => ({
        access_key_id: bedrockAccount.accessKeyId,
        secret_access_key: bedrockAccount.secretAccessKey,
      }),
      field: "secret_access_key",
      hosts: control,
    },
  ],
  cloudflare: [key(startCloudflareMock, { path: "/client/v4", options: { account_id: cloudflareAccount } })],
  custom: [
    key(startOpenAiChatMock),
    key(() => startOpenAiChatMock({ auth: { query: "key" } }), {
      title: "a key in the query",
      options: { auth_query: "key" },
    }),
    key(startAnthropicMock, {
      title: "the Messages API",
      options: { protocol: "anthropic-messages", auth_header: "x-api-key" },
    }),
    key(startGeminiMock, {
      title: "Gemini's API",
      options: { protocol: "gemini", auth_header: "x-goog-api-key" },
    }),
  ],
  fireworks: [key(startFireworksMock)],
  gemini: [key(startGeminiMock)],
  mai: [key(startMaiMock)],
  meta: [key(startMetaMock)],
  mistral: [key(startMistralMock)],
  ollama: [key(startOllamaMock)],
  openai: [key(startOpenAiMock)],
  openai_completions: [key(startOpenAiChatMock)],
  openrouter: [key(startOpenRouterMock)],
  vercel: [key(startVercelMock)],
};
