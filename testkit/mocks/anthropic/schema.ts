import { z } from "zod";

const integer = z.number().int();
const cacheControl = z
  .strictObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() })
  .nullish();
const toolId = z.string().regex(/^[a-zA-Z0-9_-]+$/);

const text = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  citations: z.array(z.unknown()).nullish(),
  cache_control: cacheControl,
});

const image = z.strictObject({
  type: z.literal("image"),
  source: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("base64"),
      media_type: z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]),
      data: z.base64().min(1),
    }),
    z.strictObject({ type: z.literal("url"), url: z.url() }),
    z.strictObject({ type: z.literal("file"), file_id: z.string() }),
  ]),
  cache_control: cacheControl,
});

const document = z.strictObject({
  type: z.literal("document"),
  source: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("base64"),
      media_type: z.literal("application/pdf"),
      data: z.base64().min(1),
    }),
    z.strictObject({ type: z.literal("text"), media_type: z.literal("text/plain"), data: z.string() }),
    z.strictObject({
      type: z.literal("content"),
      content: z.union([z.string(), z.array(z.union([text, image]))]),
    }),
    z.strictObject({ type: z.literal("url"), url: z.url() }),
    z.strictObject({ type: z.literal("file"), file_id: z.string() }),
  ]),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: z.strictObject({ enabled: z.boolean() }).optional(),
  cache_control: cacheControl,
});

const searchResult = z.strictObject({
  type: z.literal("search_result"),
  source: z.string(),
  title: z.string(),
  content: z.array(text),
  citations: z.strictObject({ enabled: z.boolean() }).optional(),
  cache_control: cacheControl,
});

const toolReference = z.strictObject({ type: z.literal("tool_reference"), tool_name: z.string() });

const toolResult = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: toolId,
  content: z
    .union([
      z.string(),
      z.array(z.discriminatedUnion("type", [text, image, document, searchResult, toolReference])),
    ])
    .optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
});

const toolUse = z.strictObject({
  type: z.literal("tool_use"),
  id: toolId,
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  input: z.record(z.string(), z.unknown()),
  caller: z.strictObject({ type: z.literal("direct") }).optional(),
  cache_control: cacheControl,
});

/** Blocks of tools the vendor runs itself; replayed as they came. */
const serverBlock = z.looseObject({
  type: z.enum([
    "server_tool_use",
    "web_search_tool_result",
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
    "mcp_tool_use",
    "mcp_tool_result",
    "container_upload",
  ]),
});

const userBlock = z.discriminatedUnion("type", [text, image, document, searchResult, toolResult]);

const assistantBlock = z.discriminatedUnion("type", [
  text,
  z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() }),
  z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() }),
  toolUse,
  serverBlock,
]);

const clientTool = z.strictObject({
  type: z.literal("custom").optional(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal("object") }),
  strict: z.boolean().optional(),
  cache_control: cacheControl,
  defer_loading: z.boolean().optional(),
  eager_input_streaming: z.boolean().nullish(),
  input_examples: z.array(z.record(z.string(), z.unknown())).optional(),
  allowed_callers: z.array(z.string()).optional(),
});

const serverTool = z.looseObject({
  type: z
    .string()
    .regex(
      /^(web_search|web_fetch|code_execution|bash|text_editor|computer|memory|tool_search_tool_\w+?)_\d{8}$/,
    ),
  name: z.string(),
});

const display = z.enum(["summarized", "omitted", "updates"]).nullish();

/** `POST /v1/messages`. Source: Anthropic's API reference, "Messages". */
export const messagesRequest = z.strictObject({
  model: z.string(),
  max_tokens: integer.min(0),
  messages: z
    .array(
      z.discriminatedUnion("role", [
        z.strictObject({ role: z.literal("user"), content: z.union([z.string(), z.array(userBlock)]) }),
        z.strictObject({
          role: z.literal("assistant"),
          content: z.union([z.string(), z.array(assistantBlock)]),
        }),
        z.strictObject({ role: z.literal("system"), content: z.union([z.string(), z.array(text)]) }),
      ]),
    )
    .min(1),
  system: z.union([z.string(), z.array(text)]).optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: integer.min(0).optional(),
  stop_sequences: z.array(z.string()).optional(),
  stream: z.boolean().optional(),
  thinking: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("enabled"), budget_tokens: integer, display }),
      z.strictObject({ type: z.literal("adaptive"), display }),
      z.strictObject({ type: z.literal("disabled") }),
      z.strictObject({ type: z.literal("between_tools") }),
    ])
    .optional(),
  output_config: z
    .strictObject({
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
      format: z
        .strictObject({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) })
        .nullish(),
    })
    .optional(),
  tools: z.array(z.union([clientTool, serverTool])).optional(),
  tool_choice: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("auto"), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({ type: z.literal("any"), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({
        type: z.literal("tool"),
        name: z.string(),
        disable_parallel_tool_use: z.boolean().optional(),
      }),
      z.strictObject({ type: z.literal("none") }),
    ])
    .optional(),
  metadata: z.strictObject({ user_id: z.string().max(256).nullish() }).optional(),
  service_tier: z.enum(["auto", "standard_only"]).optional(),
  cache_control: cacheControl,
  container: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  inference_geo: z.string().nullish(),
  speed: z.enum(["standard", "fast"]).nullish(),
  diagnostics: z.record(z.string(), z.unknown()).nullish(),
  thread: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("create") }),
      z.strictObject({ type: z.literal("continue"), previous_message_id: z.string() }),
    ])
    .nullish(),
  user_profile_id: z.string().optional(),
  workspace_id: z.string().optional(),
});

/** `POST /v1/messages/count_tokens`: the same without limit, stream and sampling. */
export const countRequest = messagesRequest.omit({
  max_tokens: true,
  stream: true,
  temperature: true,
  top_p: true,
  top_k: true,
  stop_sequences: true,
  metadata: true,
  service_tier: true,
  thread: true,
});

export type MessagesRequest = z.infer<typeof messagesRequest>;
/** What both endpoints share; the checks work on it. */
export type PromptRequest = z.infer<typeof countRequest> & Partial<MessagesRequest>;
export type Turn = MessagesRequest["messages"][number];
export type UserBlock = z.infer<typeof userBlock>;
export type AssistantBlock = z.infer<typeof assistantBlock>;
export type ClientTool = z.infer<typeof clientTool>;
