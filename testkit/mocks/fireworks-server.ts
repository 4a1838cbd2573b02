import { z } from "zod";
import { type DialectOptions, startDialect } from "./openai-chat/dialect.ts";
import { chatError } from "./openai-chat/error.ts";
import type { ChatModel } from "./openai-chat/models.ts";
import { chatParts } from "./openai-chat/schema.ts";
import type { MockVendor, RecordedRequest, VendorAnswer } from "./shared/mock-server.ts";

type Json = Readonly<Record<string, unknown>>;

const models: readonly ChatModel[] = [
  {
    id: "accounts/fireworks/models/glm-5p2",
    efforts: ["none", "low", "medium", "high"],
    defaultEffort: "none",
    context: 202_752,
    lenient: true,
  },
  { id: "accounts/fireworks/models/llama-v3p3-70b-instruct", context: 131_072 },
  { id: "accounts/fireworks/models/qwen3-embedding-8b", context: 40_960, kind: "embedding" },
];

const { fields, others, compatibleAssistant } = chatParts;

/** Source: completion_create_params of fw-ai-external/python-sdk. */
const request = z
  .strictObject({
    ...fields,
    messages: z
      .array(
        z.discriminatedUnion("role", [
          ...others,
          compatibleAssistant.omit({ reasoning: true, reasoning_details: true }),
        ]),
      )
      .min(1),
    context_length_exceeded_behavior: z.enum(["truncate", "error"]).optional(),
    prompt_truncate_len: z.number().int().nullish(),
    reasoning_history: z.enum(["disabled", "interleaved", "preserved"]).nullish(),
    perf_metrics_in_response: z.boolean().nullish(),
    top_k: z.number().int().min(0).max(100).nullish(),
    min_p: z.number().nullish(),
    repetition_penalty: z.number().nullish(),
  })
  .omit({
    store: true,
    verbosity: true,
    modalities: true,
    audio: true,
    web_search_options: true,
    safety_identifier: true,
    moderation: true,
    prompt_cache_options: true,
    prompt_cache_retention: true,
  });

function rules(body: Readonly<Record<string, unknown>>): VendorAnswer | undefined {
  const format = body.response_format as { type?: string } | null | undefined;
  if (format?.type !== "text" || body.tools === undefined) return undefined;
  return chatError({ message: "response_format text is not supported together with tools." });
}

function read(path: string): VendorAnswer | undefined {
  if (path !== "/models") return undefined;
  const data = models.map(({ id, context, kind }) => ({
    id,
    object: "model",
    owned_by: "fireworks",
    created: 1_700_000_000,
    kind: kind === undefined ? "HF_BASE_MODEL" : "EMBEDDING_MODEL",
    supports_chat: kind === undefined,
    supports_image_input: false,
    supports_tools: true,
    context_length: context,
  }));
  const flux = {
    id: "accounts/fireworks/models/flux-1-dev",
    kind: "FLUMINA_BASE_MODEL",
    supports_chat: false,
  };
  return { json: { object: "list", data: [...data, flux] } };
}

/** Half of a prompt is read from the cache when its first message has come before. */
function promptCache() {
  const seen = new Map<string, RecordedRequest>();
  return (usage: Json, request: RecordedRequest): number => {
    const [first] = (request.body as { messages: readonly unknown[] }).messages;
    const key = JSON.stringify(first);
    const known = seen.get(key) ?? request;
    seen.set(key, known);
    return known === request ? 0 : Math.floor(Number(usage.prompt_tokens) / 2);
  };
}

/**
 * Starts a strict Fireworks at `{url}/inference/v1`; usage comes in the chunk that finishes. Whole answers tell what was
 * cached in a header alone.
 */
export function startFireworksMock(options: DialectOptions = {}): MockVendor {
  const cachedTokens = promptCache();
  return startDialect(
    {
      root: "/inference/v1",
      apiKey: "fw_mock0123456789abcdef",
      models,
      request,
      rules,
      read,
      streamUsage: "in-finish",
      usage(usage, request) {
        const { prompt_tokens_details: _, ...told } = usage;
        const isStream = (request.body as { stream?: boolean }).stream === true;
        return isStream
          ? { ...told, prompt_tokens_details: { cached_tokens: cachedTokens(usage, request) } }
          : told;
      },
      usageHeaders: (usage, request) => ({
        "fireworks-prompt-tokens": String(usage.prompt_tokens),
        "fireworks-cached-prompt-tokens": String(cachedTokens(usage, request)),
      }),
    },
    options,
  );
}
