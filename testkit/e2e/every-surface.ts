import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import { startGeminiMock } from "../mocks/gemini-server.ts";
import { startOpenAiMock } from "../mocks/openai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import type { ScriptedReply } from "../mocks/shared/scripted-reply.ts";
import { type StartOptions, startPenstock, type TestPenstock } from "../penstock.ts";

/** A Penstock with a vendor for every surface. */
export interface EverySurface extends AsyncDisposable {
  readonly penstock: TestPenstock;
  readonly vendors: Readonly<Record<VendorName, MockVendor>>;
  /** A gateway key whose calls go on, or do not, when their client leaves. */
  key(onDisconnect: "cancel" | "drain" | "keep"): Promise<string>;
  stop(): Promise<void>;
}

type VendorName = "openai" | "anthropic" | "google";

/** One kind of call, by the surface's own words, and what its vendor answers. */
export interface SurfaceCall {
  readonly title: string;
  readonly vendor: VendorName;
  readonly stream: boolean;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly reply: ScriptedReply;
  /** Bytes of the reply with which the client's answer has begun, and has not ended. */
  readonly begun: number;
  /** Vendors of another protocol: the answer is told anew. */
  readonly translated: boolean;
  /** Tokens are counted by the vendor's answer. */
  readonly billed: boolean;
}

/** Starts it. */
export async function startEverySurface(options: StartOptions = {}): Promise<EverySurface> {
  const penstock = await startPenstock(options);
  const vendors = {
    openai: startOpenAiMock(),
    anthropic: startAnthropicMock(),
    google: startGeminiMock(),
  };
  const models = ["gpt-4o", "gpt-5", "text-embedding-3-small"];
  await penstock.addProvider({ name: "openai-prod", driver: "openai", vendor: vendors.openai, models });
  await penstock.addProvider({
    ...{ name: "compatible", driver: "openai_completions", vendor: vendors.openai, models: ["gpt-4o-mini"] },
    options: { max_tokens_field: "max_completion_tokens", developer_role: true, reasoning_field: "none" },
  });
  await penstock.addProvider({
    ...{ name: "anthropic-prod", driver: "anthropic", vendor: vendors.anthropic },
    models: ["claude-sonnet-4-5"],
  });
  await penstock.addProvider({
    ...{ name: "google-prod", driver: "gemini", vendor: vendors.google },
    models: ["gemini-2.5-flash", "gemini-embedding-001"],
  });
  let keys = 0;
  const stop = async () => {
    await penstock.stop();
    await Promise.all(Object.values(vendors).map((vendor) => vendor.close()));
  };
  return {
    penstock,
    vendors,
    async key(on_disconnect) {
      const name = `${on_disconnect}-${keys++}`;
      const { status, body } = await penstock.api("POST", "/keys", { name, on_disconnect });
      if (status !== 201) throw new Error(`the key was refused: ${JSON.stringify(body)}`);
      return (body as { value: string }).value;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const text = "Say hello to the whole world.";
const messages = [{ role: "user", content: text }];
const contents = [{ role: "user", parts: [{ text }] }];

/** Recorded answers of each vendor's protocol. */
const recorded = {
  chat: (stream: boolean) => ({ recording: `openai/chat/openai-text.${stream ? "chunks.txt" : "json"}` }),
  responses: (stream: boolean) => ({
    recording: `openai/responses/openai-reasoning-encrypted-content.1.${stream ? "chunks.txt" : "json"}`,
  }),
  messages: (stream: boolean) => ({
    recording: `anthropic/anthropic-text.${stream ? "chunks.txt" : "json"}`,
  }),
  gemini: (stream: boolean) => ({ recording: `google/google-text.${stream ? "chunks.txt" : "json"}` }),
};

const both = [true, false];
const generating: readonly SurfaceCall[] = both.flatMap((stream): SurfaceCall[] => {
  const shared = { stream, translated: false, billed: true, begun: stream ? 1_100 : 10 };
  const verb = stream ? "streamGenerateContent" : "generateContent";
  const calls: SurfaceCall[] = [
    {
      ...{ ...shared, title: "chat", vendor: "openai", path: "/v1/chat/completions" },
      ...{ body: { model: "gpt-4o-mini", stream, messages }, reply: recorded.chat(stream) },
    },
    {
      ...{ ...shared, title: "responses", vendor: "openai", path: "/v1/responses" },
      ...(stream && { begun: 6_000 }),
      ...{ body: { model: "gpt-5", stream, input: text }, reply: recorded.responses(stream) },
    },
    {
      ...{ ...shared, title: "messages", vendor: "anthropic", path: "/v1/messages" },
      body: { model: "claude-sonnet-4-5", max_tokens: 200, stream, messages },
      reply: recorded.messages(stream),
    },
    {
      ...{ ...shared, title: "gemini", vendor: "google", body: { contents }, reply: recorded.gemini(stream) },
      path: `/v1beta/models/gemini-2.5-flash:${verb}${stream ? "?alt=sse" : ""}`,
    },
    {
      ...{ ...shared, translated: true, title: "chat over messages", vendor: "anthropic" },
      ...{ path: "/v1/chat/completions", body: { model: "claude-sonnet-4-5", stream, messages } },
      reply: recorded.messages(stream),
    },
    {
      ...{ ...shared, translated: true, title: "messages over chat", vendor: "openai", path: "/v1/messages" },
      body: { model: "gpt-4o-mini", max_tokens: 200, stream, messages },
      reply: recorded.chat(stream),
    },
  ];
  return calls.map((call) => ({ ...call, title: `${call.title}, ${stream ? "a stream" : "whole"}` }));
});

const arrayStream: SurfaceCall = {
  ...{
    title: "gemini, a stream as one array",
    vendor: "google",
    stream: true,
    translated: false,
    billed: true,
  },
  begun: 1_100,
  ...{ path: "/v1beta/models/gemini-2.5-flash:streamGenerateContent", body: { contents } },
  reply: recorded.gemini(true),
};

const whole = { stream: false, translated: false, begun: 10 };
const embedding: readonly SurfaceCall[] = [
  {
    ...{ ...whole, billed: true, title: "embeddings", vendor: "openai", path: "/v1/embeddings" },
    body: { model: "text-embedding-3-small", input: text },
    reply: {
      json: {
        object: "list",
        data: [{ object: "embedding", index: 0, embedding: [0.5, -0.25, 0.125] }],
        model: "text-embedding-3-small",
        usage: { prompt_tokens: 7, total_tokens: 7 },
      },
    },
  },
  {
    ...{ ...whole, billed: false, title: "embedContent", vendor: "google" },
    path: "/v1beta/models/gemini-embedding-001:embedContent",
    body: { content: { parts: [{ text }] } },
    reply: { json: { embedding: { values: [0.5, -0.25, 0.125] } } },
  },
];

const counting: readonly SurfaceCall[] = [
  {
    ...{ ...whole, billed: false, title: "count_tokens", vendor: "anthropic" },
    path: "/v1/messages/count_tokens",
    body: { model: "claude-sonnet-4-5", messages },
    reply: { json: { input_tokens: 11 } },
  },
  {
    ...{ ...whole, billed: false, title: "countTokens", vendor: "google" },
    path: "/v1beta/models/gemini-2.5-flash:countTokens",
    body: { contents },
    reply: { json: { totalTokens: 11 } },
  },
];

/** Every surface, as a stream and whole where it has both. */
export const surfaceCalls: readonly SurfaceCall[] = [...generating, arrayStream, ...embedding, ...counting];
