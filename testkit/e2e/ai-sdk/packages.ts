import { createAnthropic } from "@ai-sdk/anthropic";
import { createAzure } from "@ai-sdk/azure";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { EmbeddingModel, LanguageModel } from "ai";
import { modelOn, type Wire, wires } from "./ai-world.ts";

// What a vendor cannot do is told by the SDK's own warnings; the tests look at results.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

/** Where a package is pointed. */
export interface Target {
  readonly url: string;
  readonly gatewayKey: string;
}

/** A provider package of the Vercel SDK by one of its APIs: its models, unchanged but for base URL and key. */
export interface Package {
  readonly name: string;
  model(id: string, target: Target): LanguageModel;
  /** Absent: this API makes no vectors. */
  embedder?(id: string, target: Target): EmbeddingModel;
  /** It speaks the API of another one in the list, at other paths. */
  readonly again?: true;
}

const openai = ({ url, gatewayKey }: Target) => createOpenAI({ baseURL: `${url}/v1`, apiKey: gatewayKey });
const azure = ({ url, gatewayKey }: Target) =>
  createAzure({ baseURL: `${url}/openai/v1`, apiKey: gatewayKey });
const deployments = ({ url, gatewayKey }: Target) =>
  createAzure({
    baseURL: `${url}/openai`,
    apiKey: gatewayKey,
    apiVersion: "2025-04-01-preview",
    useDeploymentBasedUrls: true,
  });
const google = ({ url, gatewayKey }: Target) =>
  createGoogle({ baseURL: `${url}/v1beta`, apiKey: gatewayKey });
const compatible = ({ url, gatewayKey }: Target) =>
  createOpenAICompatible({
    name: "penstock",
    baseURL: `${url}/v1`,
    apiKey: gatewayKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });

export const packages: readonly Package[] = [
  {
    name: "@ai-sdk/openai",
    model: (id, target) => openai(target)(id),
    embedder: (id, target) => openai(target).embedding(id),
  },
  { name: "@ai-sdk/openai .chat", model: (id, target) => openai(target).chat(id) },
  {
    name: "@ai-sdk/anthropic",
    model: (id, { url, gatewayKey }) => createAnthropic({ baseURL: `${url}/v1`, apiKey: gatewayKey })(id),
  },
  {
    name: "@ai-sdk/google",
    model: (id, target) => google(target)(id),
    embedder: (id, target) => google(target).embedding(id),
  },
  {
    name: "@ai-sdk/azure",
    again: true,
    model: (id, target) => azure(target)(id),
    embedder: (id, target) => azure(target).embedding(id),
  },
  {
    name: "@ai-sdk/azure .chat on deployments",
    again: true,
    model: (id, target) => deployments(target).chat(id),
    embedder: (id, target) => deployments(target).embedding(id),
  },
  {
    name: "@ai-sdk/openai-compatible",
    model: (id, target) => compatible(target)(id),
    embedder: (id, target) => compatible(target).embeddingModel(id),
  },
];

/** Wires of the packages that speak an API which another package has spoken on every wire. */
const some: readonly Wire[] = ["responses", "messages", "gemini"];

/** The packages on the wires. */
export const pairs = packages.flatMap((provider) =>
  (provider.again === true ? some : wires).map((wire) => ({
    title: `${provider.name} on ${wire}`,
    package: provider,
    wire,
    model: modelOn[wire],
  })),
);
