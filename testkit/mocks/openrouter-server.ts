import { z } from "zod";
import { type DialectOptions, startDialect } from "./openai-chat/dialect.ts";
import type { ChatModel } from "./openai-chat/models.ts";
import { routedFields, routedTurn } from "./routed-dialect.ts";
import type { MockVendor, VendorAnswer } from "./shared/mock-server.ts";

const models: readonly ChatModel[] = [
  {
    id: "anthropic/claude-opus-5",
    efforts: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
    defaultEffort: "none",
    context: 1_000_000,
    lenient: true,
  },
  { id: "meta-llama/llama-3.3-70b-instruct", context: 131_072 },
];

const slugs = z.array(z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)?$/)).nullish();
const price = z.union([z.string(), z.number()]).optional();
const cutoff = z.union([z.number(), z.record(z.enum(["p50", "p75", "p90", "p99"]), z.number())]).nullish();

/** Source: ProviderPreferences of OpenRouterTeam/typescript-sdk. */
const provider = z.strictObject({
  order: slugs,
  only: slugs,
  ignore: slugs,
  allow_fallbacks: z.boolean().nullish(),
  require_parameters: z.boolean().nullish(),
  data_collection: z.enum(["allow", "deny"]).nullish(),
  zdr: z.boolean().nullish(),
  enforce_distillable_text: z.boolean().nullish(),
  quantizations: z
    .array(z.enum(["int4", "int8", "fp4", "fp6", "fp8", "fp16", "bf16", "fp32", "unknown"]))
    .nullish(),
  sort: z
    .union([
      z.enum(["price", "throughput", "latency", "exacto"]),
      z.strictObject({ by: z.string(), partition: z.enum(["model", "none"]).nullish() }),
    ])
    .nullish(),
  max_price: z
    .strictObject({ prompt: price, completion: price, request: price, image: price, audio: price })
    .optional(),
  preferred_min_throughput: cutoff,
  preferred_max_latency: cutoff,
});

const request = z.strictObject({
  ...routedFields,
  provider: provider.nullish(),
  models: z.array(z.string()).optional(),
  preset: z
    .string()
    .regex(/^[\w-]+$/)
    .optional(),
  route: z.literal("fallback").nullish(),
  transforms: z.array(z.literal("middle-out")).optional(),
  plugins: z.array(z.looseObject({ id: z.string() })).optional(),
  reasoning: z
    .strictObject({
      effort: z.enum(["max", "xhigh", "high", "medium", "low", "minimal", "none"]).nullish(),
      max_tokens: z.number().int().nullish(),
      exclude: z.boolean().optional(),
      enabled: z.boolean().optional(),
    })
    .optional(),
  usage: z.strictObject({ include: z.boolean() }).optional(),
  session_id: z.string().max(256).optional(),
  trace: z.record(z.string(), z.unknown()).optional(),
  min_p: z.number().nullish(),
  top_a: z.number().nullish(),
  repetition_penalty: z.number().nullish(),
});

/** The account's one preset, which says the model itself where the request does not. */
const preset = "@preset/turbine-mail";
const modelBehind = (name: string): string =>
  name === preset ? "anthropic/claude-opus-5" : name.endsWith(preset) ? name.slice(0, -preset.length) : name;

const refused = (code: number, message: string, metadata?: object): VendorAnswer => ({
  status: code,
  json: { error: { code, message, ...(metadata !== undefined && { metadata }) } },
});

function rules(body: Readonly<Record<string, unknown>>): VendorAnswer | undefined {
  const only = (body.provider as { only?: readonly string[] } | null | undefined)?.only;
  if (only?.includes("nobody") !== true) return undefined;
  return refused(404, "No allowed providers are available for the selected model.", {
    error_type: "not_found",
    available_providers: ["anthropic"],
  });
}

function read(path: string): VendorAnswer | undefined {
  if (path === "/key")
    return { json: { data: { label: "sk-or-v1-0e6...1c96", limit: null, usage: 0, is_free_tier: false } } };
  if (path !== "/models" && path !== "/models/user") return undefined;
  const data = models.map(({ id, context, efforts }) => ({
    id,
    canonical_slug: id,
    name: `The model ${id}`,
    created: 1_700_000_000,
    context_length: context,
    architecture: { modality: "text->text", input_modalities: ["text"], output_modalities: ["text"] },
    pricing: { prompt: "0.000005", completion: "0.000025", request: "0" },
    top_provider: { context_length: context, max_completion_tokens: 128_000, is_moderated: false },
    per_request_limits: null,
    supported_parameters: [
      ...[
        "max_tokens",
        "stop",
        "temperature",
        "tool_choice",
        "tools",
        "response_format",
        "structured_outputs",
      ],
      ...(efforts === undefined ? [] : ["reasoning", "include_reasoning"]),
    ],
    ...(efforts !== undefined && { reasoning: { mandatory: false, supported_efforts: efforts } }),
  }));
  const image = {
    id: "google/gemini-image",
    name: "An image model",
    architecture: { input_modalities: ["text"], output_modalities: ["image"] },
  };
  return { json: { data: [...data, image] } };
}

/** Starts a strict OpenRouter at `{url}/api/v1`: comments before data, padding before bodies, cost in every usage. */
export function startOpenRouterMock(options: DialectOptions = {}): MockVendor {
  return startDialect(
    {
      root: "/api/v1",
      apiKey: "sk-or-v1-mock0123456789abcdef",
      models,
      request,
      refuse: ({ path, message }) => refused(400, `Invalid input at ${path.join(".")}: ${message}`),
      unauthorized: refused(401, "User not found."),
      rules,
      modelBehind,
      read,
      isPublic: (path) => path === "/models",
      turn: routedTurn,
      usage: (usage) => ({
        ...usage,
        cost: 0.00123,
        is_byok: false,
        cost_details: { upstream_inference_cost: 0.002 },
      }),
      streamUsage: "with-choice",
      comment: ": OPENROUTER PROCESSING\n\n",
      padding: "\n         \n",
    },
    options,
  );
}
