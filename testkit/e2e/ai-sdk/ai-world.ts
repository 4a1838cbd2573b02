import { startAnthropicMock } from "../../mocks/anthropic-server.ts";
import { startBedrockMock } from "../../mocks/bedrock-server.ts";
import { startGeminiMock } from "../../mocks/gemini-server.ts";
import { startOllamaMock } from "../../mocks/ollama-server.ts";
import { startOpenAiChatMock } from "../../mocks/openai-chat-server.ts";
import { startOpenAiMock } from "../../mocks/openai-server.ts";
import type { MockVendor } from "../../mocks/shared/mock-server.ts";
import { type AddProvider, startPenstock, type TestPenstock } from "../../penstock.ts";

/** What answers: a vendor by one of the protocols, or the playground, which speaks none. */
export type Wire = "responses" | "chat" | "messages" | "gemini" | "bedrock" | "ollama" | "in-process";

/** The model that is asked on each wire; all of them reason. */
export const modelOn: Readonly<Record<Wire, string>> = {
  responses: "gpt-5.6-terra",
  chat: "deepseek-reasoner",
  messages: "claude-opus-4-6",
  gemini: "gemini-3-flash-preview",
  bedrock: "us.anthropic.claude-opus-4-6-v1",
  ollama: "qwen3-vl:8b",
  "in-process": "playground-llm",
};

export const wires = Object.keys(modelOn) as readonly Wire[];

/** A Penstock with a strict vendor behind every wire. */
export interface AiWorld {
  readonly penstock: TestPenstock;
  /** The vendor on a wire; throws for the playground, which has none. */
  vendor(wire: Wire): MockVendor;
  stop(): Promise<void>;
}

/** Starts it all. */
export async function startAiWorld(): Promise<AiWorld> {
  const penstock = await startPenstock();
  const vendors = new Map<Wire, MockVendor>();
  const add = async (
    wire: Wire,
    vendor: MockVendor,
    more: Pick<AddProvider, "driver" | "models" | "options">,
  ) => {
    vendors.set(wire, vendor);
    await penstock.addProvider({
      name: `on-${wire}`,
      vendor,
      ...more,
      models: [modelOn[wire], ...more.models],
    });
  };
  await add("responses", startOpenAiMock(), {
    driver: "openai",
    models: ["gpt-4o-mini", "text-embedding-3-small"],
  });
  await add("chat", startOpenAiChatMock({ dialect: "compatible" }), {
    driver: "openai_completions",
    models: [],
    options: { max_tokens_field: "max_tokens", reasoning_field: "reasoning_content" },
  });
  await add("messages", startAnthropicMock(), { driver: "anthropic", models: [] });
  await add("gemini", startGeminiMock({ mergedTexts: true }), {
    driver: "gemini",
    models: ["gemini-embedding-001"],
  });
  await add("bedrock", startBedrockMock(), { driver: "bedrock", models: ["amazon.titan-embed-text-v2:0"] });
  await add("ollama", startOllamaMock(), { driver: "ollama", models: ["nomic-embed-text:latest"] });
  return {
    penstock,
    vendor(wire) {
      const vendor = vendors.get(wire);
      if (vendor === undefined) throw new Error(`nobody to ask on the wire ${wire}`);
      return vendor;
    },
    async stop() {
      await penstock.stop();
      await Promise.all([...vendors.values()].map((vendor) => vendor.close()));
    },
  };
}
