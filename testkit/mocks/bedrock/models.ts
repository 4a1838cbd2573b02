import { type ClaudeModel, claudeModels } from "../anthropic/models.ts";

/** What a model of the mock takes through Converse; written from the vendor's pages, apart from the catalog it helps to test. */
export interface HostedModel {
  readonly modelId: string;
  readonly modelName: string;
  readonly family: "claude" | "nova" | "gpt-oss" | "llama" | "mistral" | "embedding";
  readonly onDemand: boolean;
  readonly active: boolean;
  readonly caching: boolean;
  readonly structuredOutput: boolean;
  readonly forcedTools: boolean;
  /** Of the Messages API's mock, for native bodies and the rules of its generation. */
  readonly claude?: ClaudeModel;
}

function claude(modelId: string, native: string, rest: Partial<HostedModel> = {}): HostedModel {
  const model = claudeModels.find(({ id }) => id === native);
  if (model === undefined) throw new Error(`no such model: ${native}`);
  return {
    modelId,
    modelName: model.displayName,
    family: "claude",
    onDemand: false,
    active: true,
    caching: true,
    structuredOutput: true,
    forcedTools: model.forcedTools,
    claude: model,
    ...rest,
  };
}

const other = {
  onDemand: true,
  active: true,
  caching: false,
  structuredOutput: false,
  forcedTools: true,
} as const;

/** The models of the account's region. */
export const hostedModels: readonly HostedModel[] = [
  claude("anthropic.claude-opus-5-5-v1:0", "claude-opus-5-5"),
  claude("anthropic.claude-opus-4-6-v1", "claude-opus-4-6"),
  claude("anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5", { onDemand: true }),
  { ...other, modelId: "amazon.nova-2-lite-v1:0", modelName: "Nova 2 Lite", family: "nova", caching: true },
  { ...other, modelId: "openai.gpt-oss-120b-1:0", modelName: "gpt-oss-120b", family: "gpt-oss" },
  {
    ...other,
    modelId: "meta.llama3-3-70b-instruct-v1:0",
    modelName: "Llama 3.3",
    family: "llama",
    forcedTools: false,
  },
  { ...other, modelId: "mistral.mistral-large-2407-v1:0", modelName: "Mistral Large", family: "mistral" },
  { ...other, modelId: "amazon.titan-embed-text-v2:0", modelName: "Titan Embeddings", family: "embedding" },
  { ...other, modelId: "amazon.titan-embed-image-v1", modelName: "Titan Multimodal", family: "embedding" },
  {
    ...other,
    modelId: "amazon.nova-2-multimodal-embeddings-v1:0",
    modelName: "Nova Multimodal Embeddings",
    family: "embedding",
  },
  { ...other, modelId: "cohere.embed-english-v3", modelName: "Embed English", family: "embedding" },
  { ...other, modelId: "cohere.embed-v4:0", modelName: "Embed v4", family: "embedding" },
  { ...other, modelId: "amazon.nova-lite-v1:0:24k", modelName: "Nova Lite", family: "nova", onDemand: false },
  { ...other, modelId: "anthropic.claude-v2", modelName: "Claude", family: "claude", active: false },
];

/** The account's own inference profile. */
export const applicationProfileArn =
  "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/team-a-1";

/** The model behind an id, an inference profile or an ARN. */
export function findModel(id: string): { readonly model: HostedModel | undefined; readonly direct: boolean } {
  if (id === applicationProfileArn) {
    return { model: hostedModels.find(({ modelId }) => modelId.includes("opus-4-6")), direct: false };
  }
  const plain = id.replace(/^arn:aws:bedrock:[^/]*\//, "");
  const base = plain.replace(/^(us|eu|global)\./, "");
  return { model: hostedModels.find(({ modelId }) => modelId === base), direct: base === plain };
}

/** `GET /foundation-models`. */
export function foundationModelsBody(): object {
  return {
    modelSummaries: hostedModels.map((model) => ({
      modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${model.modelId}`,
      modelId: model.modelId,
      modelName: model.modelName,
      providerName: model.modelId.split(".")[0],
      inputModalities: ["TEXT"],
      outputModalities: [model.family === "embedding" ? "EMBEDDING" : "TEXT"],
      responseStreamingSupported: true,
      inferenceTypesSupported: [model.onDemand ? "ON_DEMAND" : "INFERENCE_PROFILE"],
      modelLifecycle: { status: model.active ? "ACTIVE" : "LEGACY" },
    })),
  };
}

/** `GET /inference-profiles`, in pages of two. */
export function inferenceProfilesBody(query: URLSearchParams): object {
  const arn = (id: string) => `arn:aws:bedrock:us-east-1::foundation-model/${id}`;
  const system = hostedModels
    .filter(({ family, active }) => family === "claude" && active)
    .map(({ modelId, modelName }) => ({
      inferenceProfileName: `US ${modelName}`,
      inferenceProfileId: `us.${modelId}`,
      inferenceProfileArn: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${modelId}`,
      status: "ACTIVE",
      type: "SYSTEM_DEFINED",
      models: [{ modelArn: arn(modelId) }],
    }));
  const own = {
    inferenceProfileName: "team-a",
    inferenceProfileId: "team-a-1",
    inferenceProfileArn: applicationProfileArn,
    status: "ACTIVE",
    type: "APPLICATION",
    models: [{ modelArn: arn("anthropic.claude-opus-4-6-v1") }],
  };
  const start = Number(query.get("nextToken") ?? "0");
  const all = [...system, own];
  return {
    inferenceProfileSummaries: all.slice(start, start + 2),
    ...(start + 2 < all.length && { nextToken: String(start + 2) }),
  };
}
