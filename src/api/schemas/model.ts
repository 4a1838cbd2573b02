import { z } from "@hono/zod-openapi";
import { ownOrgOf } from "../../services/access.ts";
import { allowedActions } from "../../services/allowed-actions.ts";
import type { ModelView } from "../../services/models/model-view.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import { allowedActionsSchema } from "./allowed-actions.ts";
import { originSchema, timeSchema, toOptionalTime, toTime } from "./common.ts";
import { priceTierSchema, toPriceTier } from "./price.ts";

const efforts = z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]);

export const traitsSchema = z
  .strictObject({
    max_output_tokens: z.int().min(1).optional(),
    reasoning: z.enum(["none", "effort", "adaptive", "budget"]).optional(),
    efforts: z.array(efforts).optional().describe("Efforts the model accepts, weakest first"),
    reasoning_budget: z
      .strictObject({ min: z.int().min(0), max: z.int().min(1) })
      .optional()
      .describe("Token budgets the model takes for its reasoning"),
    always_reasons: z.boolean().optional(),
    sampling: z.boolean().optional().describe("False: temperature and the like are refused"),
    forced_tool_choice: z.boolean().optional(),
    prefill: z.boolean().optional(),
    structured_output: z.boolean().optional(),
    schema_dialect: z
      .enum(["json-schema", "openapi"])
      .optional()
      .describe("How schemas of tools and answers must be written"),
    structured_output_with_tools: z.boolean().optional(),
    media_in_tool_results: z.boolean().optional(),
    media_by_url: z
      .boolean()
      .optional()
      .describe("False: the vendor fetches no public URL, so that Penstock sends the bytes behind it"),
    system_prompt: z
      .boolean()
      .optional()
      .describe("False: the model takes no instructions apart from the turns"),
    mid_conversation_system: z.boolean().optional(),
    cache_markers: z.boolean().optional().describe("False: markers of what to cache are refused"),
    tool_call_id_length: z.int().min(1).max(64).optional().describe("Exact length of tool call ids"),
    native_body: z
      .enum(["messages", "nova", "chat", "titan-text", "titan-multimodal", "cohere-embed", "nova-embed"])
      .optional()
      .describe("The model's own body format behind a host with one format for all"),
    embedding_dimensions: z.boolean().optional().describe("False: its vectors have one size only"),
  })
  .openapi("ModelTraits");

type Traits = z.infer<typeof traitsSchema>;
type ModelTraits = ModelView["traits"];

/** Traits as the API writes them. */
export function toTraits(traits: ModelTraits): Traits {
  return {
    max_output_tokens: traits.maxOutputTokens,
    reasoning: traits.reasoning,
    efforts: traits.efforts && [...traits.efforts],
    reasoning_budget: traits.reasoningBudget,
    always_reasons: traits.alwaysReasons,
    sampling: traits.sampling,
    forced_tool_choice: traits.forcedToolChoice,
    prefill: traits.prefill,
    structured_output: traits.structuredOutput,
    schema_dialect: traits.schemaDialect,
    structured_output_with_tools: traits.structuredOutputWithTools,
    media_in_tool_results: traits.mediaInToolResults,
    media_by_url: traits.mediaByUrl,
    system_prompt: traits.systemPrompt,
    mid_conversation_system: traits.midConversationSystem,
    cache_markers: traits.cacheMarkers,
    tool_call_id_length: traits.toolCallIdLength,
    native_body: traits.nativeBody,
    embedding_dimensions: traits.embeddingDimensions,
  };
}

function fromTraits(traits: Traits): ModelTraits {
  return {
    ...(traits.max_output_tokens !== undefined && { maxOutputTokens: traits.max_output_tokens }),
    ...(traits.reasoning !== undefined && { reasoning: traits.reasoning }),
    ...(traits.efforts !== undefined && { efforts: traits.efforts }),
    ...(traits.reasoning_budget !== undefined && { reasoningBudget: traits.reasoning_budget }),
    ...(traits.always_reasons !== undefined && { alwaysReasons: traits.always_reasons }),
    ...(traits.sampling !== undefined && { sampling: traits.sampling }),
    ...(traits.forced_tool_choice !== undefined && { forcedToolChoice: traits.forced_tool_choice }),
    ...(traits.prefill !== undefined && { prefill: traits.prefill }),
    ...(traits.structured_output !== undefined && { structuredOutput: traits.structured_output }),
    ...(traits.schema_dialect !== undefined && { schemaDialect: traits.schema_dialect }),
    ...(traits.structured_output_with_tools !== undefined && {
      structuredOutputWithTools: traits.structured_output_with_tools,
    }),
    ...(traits.media_in_tool_results !== undefined && { mediaInToolResults: traits.media_in_tool_results }),
    ...(traits.media_by_url !== undefined && { mediaByUrl: traits.media_by_url }),
    ...(traits.system_prompt !== undefined && { systemPrompt: traits.system_prompt }),
    ...(traits.mid_conversation_system !== undefined && {
      midConversationSystem: traits.mid_conversation_system,
    }),
    ...(traits.cache_markers !== undefined && { cacheMarkers: traits.cache_markers }),
    ...(traits.tool_call_id_length !== undefined && { toolCallIdLength: traits.tool_call_id_length }),
    ...(traits.native_body !== undefined && { nativeBody: traits.native_body }),
    ...(traits.embedding_dimensions !== undefined && { embeddingDimensions: traits.embedding_dimensions }),
  };
}

export const modelSchema = z
  .object({
    id: z.string(),
    name: z.string().describe("What a request may say: `provider/model`"),
    provider_id: z.string(),
    provider: z.string(),
    model: z.string().describe("The id the vendor knows"),
    kind: z.enum(["chat", "embedding", "other"]),
    display_name: z.string().nullable(),
    enabled: z.boolean(),
    favorite: z.boolean(),
    profile: z.string().nullable().describe("What it is, whoever serves it: `maker/model`, see `/profiles`"),
    source: z.enum(["manual", "discovered", "config"]),
    stale: z.boolean().describe("Discovery no longer sees it"),
    is_new: z.boolean().describe("Discovered since the last review, and still disabled"),
    context_tokens: z.int().nullable(),
    traits: traitsSchema,
    base_model: z
      .string()
      .nullable()
      .describe("The vendor's id of the model behind this name, e.g. behind a deployment"),
    input_modalities: z.array(z.string()).nullable().describe("What it reads, where the vendor says so"),
    output_modalities: z.array(z.string()).nullable().describe("What it writes, where the vendor says so"),
    supported_parameters: z.array(z.string()).nullable().describe("In the vendor's words"),
    prices: z.array(priceTierSchema).describe("USD per million tokens; empty: not known"),
    price_source: z
      .enum(["override", "catalog", "vendor"])
      .nullable()
      .describe("vendor: from the vendor's own list, since the catalog has none"),
    last_seen_at: timeSchema.nullable(),
    origin: originSchema,
    allowed_actions: allowedActionsSchema("model"),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Model");

/** A model as the API writes it. */
export function toModel(view: ModelView, ctx: ServiceContext): z.infer<typeof modelSchema> {
  return {
    id: view.id,
    name: view.name,
    provider_id: view.providerId,
    provider: view.providerName,
    model: view.wireId,
    kind: view.kind,
    display_name: view.displayName ?? null,
    enabled: view.enabled,
    favorite: view.favorite ?? false,
    profile: view.profile ?? null,
    source: view.source,
    stale: view.stale,
    is_new: view.isNew,
    context_tokens: view.contextTokens ?? null,
    traits: toTraits(view.traits),
    base_model: view.baseModel ?? view.facts?.baseModel ?? null,
    input_modalities: listed(view.facts?.input),
    output_modalities: listed(view.facts?.output),
    supported_parameters: listed(view.facts?.parameters),
    prices: view.prices.map(toPriceTier),
    price_source: view.priceSource ?? null,
    last_seen_at: toOptionalTime(view.lastSeenAt),
    origin: view.origin,
    allowed_actions: allowedActions(ctx, "model", { origin: view.origin, orgId: ownOrgOf(ctx) ?? "" }),
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

function listed(values: readonly string[] | undefined): string[] | null {
  return values === undefined ? null : [...values];
}

const facts = {
  enabled: z.boolean().optional(),
  favorite: z.boolean().optional(),
  kind: z.enum(["chat", "embedding", "other"]).optional(),
  display_name: z.string().min(1).max(200).nullable().optional(),
  base_model: z.string().min(1).max(256).nullable().optional().describe("For a deployment: what it deploys"),
  context_tokens: z.int().min(1).nullable().optional(),
  traits: traitsSchema.optional(),
};

export const createModelSchema = z
  .strictObject({ model: z.string().min(1).max(300).describe("The id the vendor knows"), ...facts })
  .openapi("ModelCreate");
export const updateModelSchema = z.strictObject(facts).openapi("ModelUpdate");

export const updateModelsSchema = z
  .strictObject({
    models: z
      .array(z.strictObject({ id: z.string().max(100), ...facts }))
      .min(1)
      .max(1000),
  })
  .openapi("ModelsUpdate");

/** The body's fields under the services' names. */
export function fromModelBody(body: z.infer<typeof updateModelSchema>) {
  return {
    enabled: body.enabled,
    favorite: body.favorite,
    kind: body.kind,
    displayName: body.display_name,
    baseModel: body.base_model,
    contextTokens: body.context_tokens,
    traits: body.traits && fromTraits(body.traits),
  };
}

/** For clients of the API. */
export type ModelBody = z.infer<typeof modelSchema>;
