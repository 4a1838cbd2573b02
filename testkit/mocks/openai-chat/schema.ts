import { z } from "zod";

const integer = z.number().int();
const name = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const breakpoint = z.strictObject({ mode: z.literal("explicit") }).optional();

const textPart = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  prompt_cache_breakpoint: breakpoint,
});

const userPart = z.discriminatedUnion("type", [
  textPart,
  z.strictObject({
    type: z.literal("image_url"),
    image_url: z.strictObject({
      url: z.string().regex(/^(https?:\/\/|data:image\/)/),
      detail: z.enum(["auto", "low", "high"]).optional(),
    }),
    prompt_cache_breakpoint: breakpoint,
  }),
  z.strictObject({
    type: z.literal("input_audio"),
    input_audio: z.strictObject({ data: z.base64(), format: z.enum(["wav", "mp3"]) }),
  }),
  z.strictObject({
    type: z.literal("file"),
    file: z.strictObject({
      filename: z.string().optional(),
      file_data: z
        .string()
        .regex(/^data:/)
        .optional(),
      file_id: z.string().optional(),
    }),
  }),
]);

const texts = z.union([z.string(), z.array(textPart).min(1)]);

const customCall = z.strictObject({
  id: z.string(),
  type: z.literal("custom"),
  custom: z.strictObject({ name: z.string(), input: z.string() }),
});
const calledFunction = z.strictObject({ name: z.string(), arguments: z.string() });
const functionCall = z.strictObject({
  id: z.string(),
  type: z.literal("function"),
  function: calledFunction,
});

const toolCall = z.discriminatedUnion("type", [functionCall, customCall]);

const assistant = z.strictObject({
  role: z.literal("assistant"),
  content: z
    .union([
      z.string(),
      z
        .array(
          z.discriminatedUnion("type", [
            textPart,
            z.strictObject({ type: z.literal("refusal"), refusal: z.string() }),
          ]),
        )
        .min(1),
    ])
    .nullish(),
  tool_calls: z.array(toolCall).min(1).optional(),
  refusal: z.string().nullish(),
  audio: z.strictObject({ id: z.string() }).nullish(),
  annotations: z.array(z.unknown()).optional(),
  name: z.string().optional(),
});

/**
 * The vendor, and servers that ignore what they do not know, take back what the streaming helpers of the vendor's
 * client add to a turn (openai/openai-node pull request 1990).
 */
const helperFunction = calledFunction.extend({ parsed_arguments: z.unknown().optional() });
const vendorAssistant = assistant.extend({
  parsed: z.unknown().optional(),
  tool_calls: z
    .array(z.discriminatedUnion("type", [functionCall.extend({ function: helperFunction }), customCall]))
    .min(1)
    .optional(),
});

const others = [
  z.strictObject({ role: z.literal("system"), content: texts, name: z.string().optional() }),
  z.strictObject({
    role: z.literal("user"),
    content: z.union([z.string(), z.array(userPart).min(1)]),
    name: z.string().optional(),
  }),
  z.strictObject({ role: z.literal("tool"), content: texts, tool_call_id: z.string() }),
] as const;

const developer = z.strictObject({
  role: z.literal("developer"),
  content: texts,
  name: z.string().optional(),
});

/** What other servers of this protocol add to assistant turns. */
const compatibleAssistant = vendorAssistant.extend({
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  reasoning_details: z.array(z.record(z.string(), z.unknown())).optional(),
});

const tool = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("function"),
    function: z.strictObject({
      name,
      description: z.string().optional(),
      parameters: z.record(z.string(), z.unknown()).optional(),
      strict: z.boolean().nullish(),
    }),
  }),
  z.strictObject({
    type: z.literal("custom"),
    custom: z.strictObject({
      name,
      description: z.string().optional(),
      format: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
]);

const named = z.union([
  z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string() }) }),
  z.strictObject({ type: z.literal("custom"), custom: z.strictObject({ name: z.string() }) }),
]);

const fields = {
  model: z.string(),
  max_completion_tokens: integer.min(1).nullish(),
  max_tokens: integer.min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(z.string().regex(/^\d+$/), z.number().min(-100).max(100)).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: integer.min(0).max(20).nullish(),
  n: integer.min(1).max(128).nullish(),
  seed: integer.nullish(),
  stop: z.union([z.string(), z.array(z.string()).min(1).max(4)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .nullish(),
  tools: z.array(tool).min(1).max(128).optional(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      named,
      z.strictObject({
        type: z.literal("allowed_tools"),
        allowed_tools: z.strictObject({ mode: z.enum(["auto", "required"]), tools: z.array(named).min(1) }),
      }),
    ])
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("text") }),
      z.strictObject({ type: z.literal("json_object") }),
      z.strictObject({
        type: z.literal("json_schema"),
        json_schema: z.strictObject({
          name,
          description: z.string().optional(),
          schema: z.record(z.string(), z.unknown()).optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .optional(),
  reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
  verbosity: z.enum(["low", "medium", "high"]).nullish(),
  modalities: z
    .array(z.enum(["text", "audio"]))
    .min(1)
    .nullish(),
  audio: z
    .strictObject({ voice: z.unknown(), format: z.enum(["wav", "aac", "mp3", "flac", "opus", "pcm16"]) })
    .nullish(),
  prediction: z.strictObject({ type: z.literal("content"), content: texts }).nullish(),
  service_tier: z.enum(["auto", "default", "flex", "scale", "priority", "fast"]).nullish(),
  store: z.boolean().nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  user: z.string().optional(),
  safety_identifier: z.string().max(64).optional(),
  prompt_cache_key: z.string().optional(),
  prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
  prompt_cache_options: z
    .strictObject({ mode: z.enum(["implicit", "explicit"]).optional(), ttl: z.literal("30m").optional() })
    .optional(),
  web_search_options: z.record(z.string(), z.unknown()).optional(),
  moderation: z.record(z.string(), z.unknown()).optional(),
};

/** The parts dialects of other vendors are put together from. */
export const chatParts = { fields, others, developer, userPart, assistant, compatibleAssistant } as const;

/** The fields the vendor itself takes. Source: openai-openapi, CreateChatCompletionRequest. */
export const vendorRequest = z.strictObject({
  ...fields,
  messages: z.array(z.discriminatedUnion("role", [...others, developer, vendorAssistant])).min(1),
});

/**
 * An older compatible server: no developer role, no `max_completion_tokens`, and reasoning that is replayed in the
 * assistant turn.
 */
export const compatibleRequest = z
  .strictObject({
    ...fields,
    messages: z.array(z.discriminatedUnion("role", [...others, compatibleAssistant])).min(1),
  })
  .omit({
    max_completion_tokens: true,
    safety_identifier: true,
    prompt_cache_options: true,
    verbosity: true,
  });

export type ChatRequest = z.infer<typeof vendorRequest>;
export type ChatMessage = ChatRequest["messages"][number];
export type ChatTool = NonNullable<ChatRequest["tools"]>[number];
